//! `--everywhere`: the findings of all who have the policies.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::notes::of_unknown;
use super::{IntakeOptions, Loaded};
use crate::findings::{Findings, MissingPages, Page};
use crate::policies::{self, LoadedPolicy};
use crate::review::{KeptFor, ReviewInput, name_of};
use crate::text::{Problem, Problems, Source, counted, some_of};

/// How many actions, or names of principals, a note lists.
const NAMES: usize = 5;

/// The findings of several principals, each of which says whose it is.
///
/// # Errors
/// What is wrong with any of them; missing pages, unless they are accepted; one that does not say
/// whom it is about, beside others.
pub(super) fn join(pages: Vec<Page>, missing: MissingPages) -> Result<Vec<Findings>, Problems> {
    let all = Findings::join(pages, missing)?;
    let nameless = all.iter().filter(|finding| finding.principal.is_none());
    let problems: Vec<Problem> = nameless.map(nameless_beside_others).collect();
    if all.len() > 1 && !problems.is_empty() {
        return Err(Problems(problems));
    }
    Ok(all)
}

/// Adds what is found of others who have the policies.
///
/// # Errors
/// Something is found of one of them already.
pub(super) fn add(all: &mut Vec<Findings>, others: Vec<Findings>) -> Result<(), Problems> {
    let is_nameless = |finding: &&Findings| finding.principal.is_none() && !others.is_empty();
    let nameless = all.iter().filter(is_nameless);
    let mut problems: Vec<Problem> = nameless.map(nameless_beside_others).collect();
    for other in others {
        if all.iter().any(|known| known.principal == other.principal) {
            let message = format!("{} counts already, by another finding", name_of(&other));
            problems.push(other.source.error_from(other.start, message));
        }
        all.push(other);
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Problems(problems))
    }
}

fn nameless_beside_others(finding: &Findings) -> Problem {
    let what = match finding.asked_since {
        Some(_) => "report",
        None => "finding",
    };
    let message =
        format!("this {what} does not tell whom it is about, so it does not count beside others");
    finding.source.error_from(finding.start, message).help(
        "give findings of unused access, which do: aws accessanalyzer get-finding-v2 \
         --analyzer-arn ANALYZER_ARN --id FINDING_ID --output json",
    )
}

impl Loaded {
    /// Brings policies and the findings for all who have them together.
    ///
    /// # Errors
    /// Findings about others than those who can have the policies; principals of which none uses
    /// anything.
    pub fn everywhere(
        policies: Vec<LoadedPolicy>,
        all: Vec<Findings>,
        options: &IntakeOptions,
    ) -> Result<Self, Problems> {
        let outdated = policies::agree_everywhere(&policies, &all)?;
        let mut notes: Vec<Problem> = (policies.iter().flat_map(LoadedPolicy::notes))
            .chain(all.iter().flat_map(|finding| &finding.notes))
            .chain(&outdated)
            .cloned()
            .collect();
        let found: Vec<&Findings> = all.iter().collect();
        notes.extend(of_unknown(&found, &policies, options));
        let unused_roles = all.iter().filter_map(unused_role);
        let (unused, refused): (Vec<Problem>, Vec<Problem>) = unused_roles.unzip();
        let (catalogue, refine) = (Arc::clone(&options.catalogue), options.refine.clone());
        let Some(input) = ReviewInput::everywhere(policies, all, catalogue, refine) else {
            return Err(Problems(refused));
        };
        notes.extend(unused);
        notes.push(who_counts(&input));
        let kept_for = input.policies.first().map(|policy| &*policy.kept_for);
        let staying = kept_for.into_iter().flat_map(what_stays);
        notes.extend(staying.map(|message| option().note(message)));
        Ok(Loaded { input, notes })
    }
}

/// A role that uses nothing keeps nothing: a note on it beside others, and a refusal where there are
/// no others.
fn unused_role(finding: &Findings) -> Option<(Problem, Problem)> {
    finding.unused_role.is_some().then(|| {
        let (name, source) = (name_of(finding), &finding.source);
        let note = source.note(format!("{name} is not used at all, so it keeps nothing"));
        let refused = source.error(format!(
            "{name} is not used at all, so its policies are not narrowed"
        ));
        let help = "delete the role, if it is not needed any more";
        (note.help(help), refused.help(help))
    })
}

fn option() -> Source {
    Source::from_text("--everywhere", "")
}

/// The principals that count.
fn who_counts(input: &ReviewInput) -> Problem {
    match input.everywhere.as_slice() {
        [only] => {
            let message = format!(
                "only {} counts: others may use what it does not",
                whom(only)
            );
            option().warning(message).help(
                "give a finding of each principal that has this policy; of one whose policy it is \
                 alone leave --everywhere out",
            )
        }
        several => {
            let names: Vec<String> = several.iter().map(name_of).collect();
            let message = format!(
                "{} count, and what any of them uses stays: {}",
                counted(several.len(), "principal", "principals"),
                names.join(", ")
            );
            option().note(message)
        }
    }
}

fn whom(finding: &Findings) -> String {
    match finding.principal {
        Some(_) => name_of(finding),
        None => "one principal".to_owned(),
    }
}

/// What some do not use and stays because of others, a sentence for each of these together.
pub(super) fn what_stays(kept_for: &KeptFor) -> Vec<String> {
    let mut by_keepers: BTreeMap<&[String], Vec<String>> = BTreeMap::new();
    for (action, keepers) in kept_for {
        let actions = by_keepers.entry(keepers).or_default();
        actions.push(action.to_string());
    }
    let sentences = by_keepers.iter().map(|(keepers, actions)| {
        let stay = if actions.len() == 1 { "stays" } else { "stay" };
        format!(
            "{} {stay} because of {}: {}",
            counted(
                actions.len(),
                "action that others do not use",
                "actions that others do not use"
            ),
            some_of(keepers, NAMES),
            some_of(actions, NAMES)
        )
    });
    sentences.collect()
}
