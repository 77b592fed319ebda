//! What becomes of a pattern, and why, in a sentence.

use jiff::civil::Date;

use super::walkthrough::Walkthrough;
use crate::explain::names::Names;
use crate::refine::{EntryOutcome, GoesBecause, StaysBecause};
use crate::text::{counted, some_of};

/// How many names a sentence lists.
const NAMES: usize = 5;

/// `s3:Get* becomes 7 entries`, `s3:Get* is removed` or `s3:List* stays as it is`.
pub fn outcome_title(walk: &Walkthrough) -> String {
    let old = &walk.plan().old;
    match &walk.plan().outcome {
        EntryOutcome::Stays(_) => format!("{old} stays as it is"),
        EntryOutcome::Goes(_) => format!("{old} is removed"),
        EntryOutcome::Narrowed(entries) if entries.len() == 1 => format!("{old} becomes 1 entry"),
        EntryOutcome::Narrowed(entries) => format!("{old} becomes {} entries", entries.len()),
    }
}

/// The title with the reason behind it, given the date of the catalogue.
///
/// ```
/// # use std::sync::Arc;
/// use iam_refine::{catalogue::Catalogue, findings::UnusedActions, refine::*, explain::*};
/// let universe = Universe::new(Catalogue::s3_of_june_2024(), Arc::new(UnusedActions::default()), []);
/// let pattern = "s3:Get*".parse()?;
/// let walk = Walkthrough::new(&pattern, &universe, Curation::NONE, Granularity::Word);
/// assert_eq!(
///     outcome_sentence(&walk, None),
///     "s3:Get* stays as it is: none of the 58 known actions it grants is reported unused."
/// );
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
pub fn outcome_sentence(walk: &Walkthrough, catalogue: Option<Date>) -> String {
    let why = match &walk.plan().outcome {
        EntryOutcome::Stays(why) => why_it_stays(*why, walk, catalogue),
        EntryOutcome::Goes(why) => why_it_goes(*why, walk),
        EntryOutcome::Narrowed(_) => {
            let (stays, goes) = (walk.plan().stays, walk.plan().goes);
            let all = stays + goes;
            let stay = counted(stays, "stays", "stay");
            let go = counted(goes, "goes", "go");
            let known = match walk.names() {
                Names::Actions => known(all),
                Names::Words => counted(all, "word", "words"),
            };
            format!("of the {known} it grants {stay} and {go}")
        }
    };
    format!("{}: {why}.", outcome_title(walk))
}

fn why_it_stays(why: StaysBecause, walk: &Walkthrough, catalogue: Option<Date>) -> String {
    let grants = walk.plan().stays + walk.plan().goes;
    let of_date = catalogue.map_or_else(String::new, |date| format!(" of {date}"));
    match why {
        StaysBecause::NothingUnused if walk.plan().old.is_literal() => {
            "it is not reported unused".to_owned()
        }
        StaysBecause::NothingUnused => {
            format!("none of the {} it grants is reported unused", known(grants))
        }
        StaysBecause::NothingKnown => {
            format!("it grants nothing that the catalogue{of_date} or the findings name")
        }
        StaysBecause::Kept => "what it grants that is reported unused is kept".to_owned(),
        StaysBecause::ServiceUnlisted => {
            let excepted = &walk.plan().excepted;
            let service = walk.plan().old.service().map(ToString::to_string);
            let service =
                service.unwrap_or_else(|| "the services with something unused".to_owned());
            let actions: Vec<String> = excepted.iter().map(ToString::to_string).collect();
            let granted = match actions.len() {
                0 => String::new(),
                count => format!(
                    "; {} {} granted: {}",
                    counted(count, "unused action", "unused actions"),
                    if count == 1 { "stays" } else { "stay" },
                    some_of(&actions, NAMES)
                ),
            };
            format!(
                "the catalogue{of_date} does not have {service}, so nobody can tell what else it \
                 grants{granted}"
            )
        }
    }
}

fn why_it_goes(why: GoesBecause, walk: &Walkthrough) -> String {
    let all = walk.plan().goes;
    match why {
        GoesBecause::Unused => "it is reported unused".to_owned(),
        GoesBecause::Dropped if walk.plan().old.is_literal() => "it was dropped by hand".to_owned(),
        GoesBecause::Dropped => format!("all {} it grants were dropped by hand", known(all)),
        GoesBecause::OnlyUnused if all == 1 => "the one known action it grants goes".to_owned(),
        GoesBecause::OnlyUnused => format!("all {} it grants go", known(all)),
        GoesBecause::ServiceUnused => match walk.plan().old.service() {
            Some(service) => format!("the whole of {service} is unused"),
            None => "every service is wholly unused".to_owned(),
        },
    }
}

fn known(count: usize) -> String {
    counted(count, "known action", "known actions")
}
