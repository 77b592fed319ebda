//! What is appended to a `NotAction`, so that it does not grant an unused action any more.

use std::sync::Arc;

use super::answer::{AnswerBy, EntryCheck};
use super::case::{Asked, Case};
use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use super::found::found_unused;
use super::matter::Matter;
use crate::catalogue::Catalogue;
use crate::iam::{Action, ActionPattern, Actions, Effect, ServicePrefix};
use crate::refine::{Curation, Granularity, Universe, extend};
use crate::text::quoted;

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "what is appended?",
    lines: &[
        "an entry names it already: nothing",
        "nothing of its service was used:",
        "  service:*, once",
        "else: the action, in full;",
        "  a prefix takes away more",
    ],
};

const NOTHING: usize = 0;
const IN_FULL: usize = 1;
const PREFIX: usize = 2;
const SERVICE: usize = 3;

/// A `NotAction` that grows, and what is known of what it grants.
#[derive(Clone, Debug)]
pub(in crate::lessons) struct Growing {
    /// What it names to begin with.
    pub(in crate::lessons) entries: Vec<ActionPattern>,
    /// What the engine appends.
    pub(in crate::lessons) additions: Vec<ActionPattern>,
    /// The actions that it is about, and what is unused of them.
    pub(in crate::lessons) universe: Universe,
    /// All actions of AWS, to tell what an entry would take away besides.
    known: Arc<Catalogue>,
}

/// What a `NotAction` gets for an unused action.
enum Gets<'a> {
    /// Nothing: this entry names it already.
    Nothing(&'a ActionPattern),
    /// The action itself.
    Itself,
    /// All of its service, of which nothing was used.
    Service,
}

impl Growing {
    pub(in crate::lessons) fn new(
        entries: Vec<ActionPattern>,
        universe: Universe,
        known: &Arc<Catalogue>,
    ) -> Self {
        Growing {
            additions: extend(&entries, &universe, Curation::NONE).additions,
            entries,
            universe,
            known: Arc::clone(known),
        }
    }

    /// The entry that names an action to begin with.
    pub(in crate::lessons) fn named_by(&self, action: &Action) -> Option<&ActionPattern> {
        self.entries.iter().find(|entry| entry.matches(action))
    }

    /// Whether nothing of a service was used.
    pub(in crate::lessons) fn is_idle(&self, service: &ServicePrefix) -> bool {
        self.universe.unused.is_wholly_unused(service)
    }

    /// What is appended for an action. None of one that is not unused.
    fn gets(&self, action: &Action) -> Option<Gets<'_>> {
        if !self.universe.is_unused(action) {
            return None;
        }
        if let Some(old) = self.named_by(action) {
            return Some(Gets::Nothing(old));
        }
        let mut additions = self.additions.iter();
        let new = additions.find(|new| new.matches(action))?;
        Some(if new.is_literal() {
            Gets::Itself
        } else {
            Gets::Service
        })
    }

    /// The first word of an action with a star, as one could think that it is appended.
    fn first_word(action: &Action) -> Option<ActionPattern> {
        let end = Granularity::Word.cuts(action.name.as_str(), 0).next()?;
        let prefix = format!("{}:{}*", action.service, &action.name.as_str()[..end]);
        prefix.parse().ok()
    }

    /// An action that is granted and not reported, and that `entry` would take away: one that this is about, or else
    /// one that AWS has.
    pub(in crate::lessons) fn taken_by(&self, entry: &ActionPattern) -> Option<Action> {
        let mut of_these = self.of_service(entry);
        of_these
            .find(|one| self.takes(entry, one))
            .or_else(|| self.known(entry).find(|one| self.takes(entry, one)))
    }

    /// What AWS has of what `entry` grants.
    pub(in crate::lessons) fn known(&self, entry: &ActionPattern) -> impl Iterator<Item = Action> {
        let known = self.known.granted_by(entry);
        known.map(|(service, one)| Action::new(service.clone(), one.name.clone()))
    }

    /// Whether `entry` would take away an action that is granted and not reported.
    fn takes(&self, entry: &ActionPattern, action: &Action) -> bool {
        entry.matches(action) && !self.universe.is_unused(action) && self.named_by(action).is_none()
    }

    /// Whether the first word of an action with a star would take away one of those that this is about.
    pub(in crate::lessons) fn is_beside_granted(&self, action: &Action) -> bool {
        let prefix = Growing::first_word(action);
        prefix.is_some_and(|prefix| {
            let mut of_these = self.of_service(&prefix);
            of_these.any(|one| self.takes(&prefix, &one))
        })
    }

    /// The actions that this is about, those of the service of `entry`.
    fn of_service(&self, entry: &ActionPattern) -> impl Iterator<Item = Action> {
        let services = match entry.service() {
            Some(service) => vec![service.clone()],
            None => self.universe.services(),
        };
        services.into_iter().flat_map(|service| {
            let names = self.universe.names(&service).into_iter();
            let actions = names.map(|name| Action::new(service.clone(), name.clone()));
            actions.collect::<Vec<_>>()
        })
    }

    /// Whether the statement grants an action that is unused.
    pub(in crate::lessons) fn is_to_go(&self, action: &Action) -> bool {
        self.universe.is_unused(action) && self.named_by(action).is_none()
    }

    /// What is appended for an action, and why, in sentences.
    pub(in crate::lessons) fn why(&self, action: &Action) -> String {
        let service = &action.service;
        match (self.gets(action), self.named_by(action)) {
            (None, Some(old)) => {
                format!("{old} names {action}: it is not granted, and nothing changes that.")
            }
            (None, None) => format!(
                "{action} is not reported. No entry may name it, however alike it is to one that is."
            ),
            (Some(Gets::Nothing(old)), _) => {
                let old = if old.is_literal() {
                    "the NotAction".to_owned()
                } else {
                    old.to_string()
                };
                format!(
                    "{action} is unused, but {old} names it already, so it is not granted: nothing is appended for it."
                )
            }
            (Some(Gets::Service), _) => format!(
                "Of {service} nothing was used, so {service}:* is appended: {action} goes with all that it has."
            ),
            (Some(Gets::Itself), _) => {
                let prefix = Growing::first_word(action);
                let taken = prefix.and_then(|prefix| Some((self.taken_by(&prefix)?, prefix)));
                let against = match taken {
                    Some((taken, prefix)) => {
                        format!("{prefix} would take {taken} away too, which is not reported.")
                    }
                    None => {
                        "A prefix would take away what AWS adds there, which nobody has reported."
                            .to_owned()
                    }
                };
                format!("{action} is unused, so it is appended in full. {against}")
            }
        }
    }

    /// What one could append for an unused action, and which of that is. None of one that is not unused.
    pub(in crate::lessons) fn row(&self, action: &Action) -> Option<(Vec<String>, ChoosingRow)> {
        let service = &action.service;
        let prefix = Growing::first_word(action)?;
        let (right, line) = match self.gets(action)? {
            Gets::Nothing(_) => (NOTHING, 0),
            Gets::Service => (SERVICE, 2),
            Gets::Itself => (IN_FULL, 3),
        };
        let taken = self.taken_by(&prefix);
        let against = against_others(4, right, |choice| match choice {
            NOTHING => {
                format!("{action} is unused, and no entry names it yet: it would stay granted.")
            }
            _ if right == NOTHING => {
                format!("Is {action} granted now? Look at what the NotAction names.")
            }
            IN_FULL => format!("Was anything of {service} used? The finding tells."),
            PREFIX => match &taken {
                Some(taken) => {
                    format!("{prefix} would take {taken} away too, which is not reported.")
                }
                None if right == SERVICE => {
                    format!(
                        "{prefix} would leave the rest of {service} granted, and nothing of it was used."
                    )
                }
                None => format!(
                    "{prefix} would take away what AWS adds there too, which nobody has reported."
                ),
            },
            _ => format!("{service}:* would take away all of {service}; is all of it unused?"),
        });
        let choices = vec![
            "nothing".to_owned(),
            action.to_string(),
            prefix.to_string(),
            format!("{service}:*"),
        ];
        let row = ChoosingRow {
            what: action.name.to_string(),
            known: String::new(),
            right,
            line,
            why: self.why(action),
            against,
            because: Some(action.clone()),
        };
        Some((choices, row))
    }

    /// The statement in a line.
    pub(in crate::lessons) fn statement(&self) -> String {
        let entries: Vec<String> = self.entries.iter().map(ToString::to_string).collect();
        format!("Allow on *, NotAction: {}", entries.join(", "))
    }

    /// What the finding says, a line for the actions and one for the services that it names.
    pub(in crate::lessons) fn found(&self) -> Vec<String> {
        found_unused(&self.universe.unused, "", ToString::to_string)
    }
}

/// What is appended to the `NotAction` for an unused action.
pub(in crate::lessons) fn case(matter: &Matter<'_>, action: &Action) -> Asked {
    let policy = matter.input.document(matter.place.policy).policy();
    let mut not_actions =
        (1..)
            .zip(&policy.statements)
            .filter_map(|(number, own)| match &own.actions {
                Actions::NotAction(entries) if own.effect == Effect::Allow => {
                    Some((number, entries))
                }
                Actions::NotAction(_) | Actions::Action(_) => None,
            });
    let (number, entries): (usize, _) = not_actions
        .next()
        .ok_or("the policy has no Allow with a NotAction")?;
    let universe = matter.universe();
    let growing = Growing::new(entries.clone(), universe.clone(), &universe.catalogue);
    let (choices, row) = (growing.row(action)).ok_or_else(|| format!("{action} is not unused"))?;
    let mut known = vec![format!("#{number} {}", growing.statement())];
    known.extend(growing.found());
    let asked = format!("What is appended to the NotAction of #{number} for {action}?");
    let check = Appended {
        growing,
        action: action.clone(),
    };
    let case = Case::asking(known, asked, &RULE, choices.iter(), row);
    Ok(case.answered_by(AnswerBy::Entries(Arc::new(check))))
}

/// Checks what is appended for an unused action.
#[derive(Debug)]
struct Appended {
    growing: Growing,
    action: Action,
}

impl EntryCheck for Appended {
    fn against(&self, entries: &[String]) -> String {
        let Appended { growing, action } = self;
        let [entry] = entries else {
            return format!("One entry at most is appended for {action}; which?");
        };
        if growing.named_by(action).is_some() {
            return format!("Is {action} granted now? Look at what the NotAction names.");
        }
        let pattern = entry.parse::<ActionPattern>();
        let Some(pattern) = pattern.ok().filter(|pattern| pattern.matches(action)) else {
            return format!("{entry} does not name {action}: it would stay granted.");
        };
        match growing.taken_by(&pattern) {
            Some(taken) => format!("{entry} would take {taken} away too, which is not reported."),
            None => {
                format!("{entry} takes nothing away that is used; but is it what the rule appends?")
            }
        }
    }

    fn slip(&self, entry: &str) -> Option<String> {
        let is_entry = entry.parse::<ActionPattern>().is_ok();
        let told = || {
            format!(
                "{} is not an entry with its service, as s3:GetObject is",
                quoted(entry)
            )
        };
        (!is_entry).then(told)
    }

    fn how(&self) -> &'static str {
        "with its service; - is for nothing"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::UnusedActions;
    use crate::text::Source;

    fn growing(entries: &[&str], unused: &[&str], idle: &[&str]) -> Growing {
        let names = "ec2:DeleteSnapshot\nec2:DeleteTags\nec2:DeleteVolume\nsqs:SendMessage";
        let catalogue = Catalogue::parse(&Source::from_text("catalogue", names));
        let catalogue = Arc::new(catalogue.expect("a catalogue"));
        let mut found = UnusedActions::default();
        for action in unused {
            found.add(action.parse().expect("an action"), None);
        }
        for service in idle {
            found.add_service(ServicePrefix::parse(service).expect("a service"), None);
        }
        let entries = entries.iter().map(|entry| entry.parse().expect("an entry"));
        let universe = Universe::new(Arc::clone(&catalogue), Arc::new(found), []);
        Growing::new(entries.collect(), universe, &catalogue)
    }

    #[test]
    fn what_a_prefix_would_take_away_is_granted_and_not_reported() {
        let prefix = "ec2:Delete*".parse().expect("an entry");
        let taken = |growing: &Growing| growing.taken_by(&prefix).map(|taken| taken.to_string());
        let all = growing(&[], &["ec2:DeleteSnapshot"], &[]);
        assert_eq!(taken(&all).as_deref(), Some("ec2:DeleteTags"));
        let named = growing(&["ec2:DeleteTags"], &["ec2:DeleteSnapshot"], &[]);
        assert_eq!(taken(&named).as_deref(), Some("ec2:DeleteVolume"));
        let both = growing(
            &["ec2:Delete?a*", "ec2:DeleteVolume"],
            &["ec2:DeleteSnapshot"],
            &[],
        );
        assert_eq!(taken(&both), None);
        let action = "ec2:DeleteSnapshot".parse().expect("an action");
        assert!(both.why(&action).contains("what AWS adds there"));
    }

    #[test]
    fn where_services_alone_are_idle_no_empty_list_of_actions_is_told() {
        let idle = growing(&["iam:*"], &[], &["sqs"]);
        assert_eq!(idle.found(), ["nothing at all was used of sqs"]);
        let action = "sqs:SendMessage".parse().expect("an action");
        let (choices, row) = idle.row(&action).expect("a row");
        assert_eq!(choices[row.right], "sqs:*");
        let both = growing(&["iam:*"], &["ec2:DeleteTags"], &["sqs"]);
        assert_eq!(
            both.found(),
            [
                "found unused: ec2:DeleteTags",
                "nothing at all was used of sqs"
            ]
        );
    }
}
