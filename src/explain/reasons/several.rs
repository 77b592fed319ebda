//! What becomes of actions that several entries are about.

use super::Reasons;
use crate::iam::Action;
use crate::refine::Fate;
use crate::review::{EntryPlace, Review};
use crate::text::{counted, grouped, some_of};

/// What is told of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldOf {
    /// What becomes of what is granted.
    Granted,
    /// That they are denied.
    Denied,
    /// That a `NotAction` does not grant them, or shall not any more.
    Excepted,
}

/// How many entries a sentence names.
const NAMES: usize = 3;

impl Reasons {
    /// What becomes of `actions`, which start with what `title` says, of the entries at `places`; or
    /// of those that a statement of `policy` denies or excepts.
    pub fn of_actions(
        review: &Review,
        places: &[EntryPlace],
        policy: usize,
        title: String,
        told: ToldOf,
        actions: &[(Action, Fate)],
    ) -> Self {
        let mut reasons = Reasons::titled(title);
        let of_fate = |stays: bool| -> Vec<Action> {
            let those = actions.iter().filter(|(_, fate)| fate.stays() == stays);
            those.map(|(action, _)| action.clone()).collect()
        };
        let (staying, going) = (of_fate(true), of_fate(false));
        reasons.tell_counts(told, staying.len(), going.len());
        if told == ToldOf::Granted {
            reasons.tell_granting(review, places, actions);
        }
        if !going.is_empty() {
            reasons.heading_of_going(going.len());
            reasons.list_going(review, policy, &going, None);
        }
        match told {
            ToldOf::Granted => reasons.count_staying(review, policy, &staying),
            ToldOf::Denied => reasons.list_names("DENIED", review, policy, &staying),
            ToldOf::Excepted => reasons.list_names("NOT GRANTED BY IT", review, policy, &staying),
        }
        let in_one_statement = |first: &EntryPlace| {
            let is_same = |place: &EntryPlace| {
                (place.policy, place.statement) == (first.policy, first.statement)
            };
            places.iter().all(is_same)
        };
        if let Some(first) = places.first().filter(|first| in_one_statement(first)) {
            reasons.tell_elsewhere(review, *first, places.len(), &going);
        }
        reasons
    }

    fn tell_counts(&mut self, told: ToldOf, staying: usize, going: usize) {
        let actions = |count| counted(count, "action", "actions");
        self.lead(match (told, staying, going) {
            (ToldOf::Denied, denied, _) => {
                format!("{}: denied, and never changed.", actions(denied))
            }
            (ToldOf::Excepted, not, 0) => format!("{}: not granted by it.", actions(not)),
            (ToldOf::Excepted, 0, going) => {
                format!(
                    "{}: unused, and granted by it until they are appended.",
                    actions(going)
                )
            }
            (ToldOf::Excepted, not, going) => format!(
                "{} not granted by it, and {} unused ones to be appended.",
                actions(not),
                grouped(going)
            ),
            (ToldOf::Granted, staying, 0) => format!("{}: all stay.", actions(staying)),
            (ToldOf::Granted, 0, 1) => "1 action: it goes.".to_owned(),
            (ToldOf::Granted, 0, going) => format!("{}: all go.", actions(going)),
            (ToldOf::Granted, staying, going) => format!(
                "{}: {} stay and {} go.",
                actions(staying + going),
                grouped(staying),
                grouped(going)
            ),
        });
    }

    /// Names the entries that grant some of `actions`.
    fn tell_granting(
        &mut self,
        review: &Review,
        places: &[EntryPlace],
        actions: &[(Action, Fate)],
    ) {
        let entries = places
            .iter()
            .filter_map(|&place| review.state().entry(place));
        let entries = entries.map(|entry| &entry.plan.old);
        let granting = entries.filter(|old| actions.iter().any(|(action, _)| old.matches(action)));
        let granting: Vec<String> = granting.map(ToString::to_string).collect();
        if places.len() > 1 && !granting.is_empty() {
            self.lead(format!("Granted by {}.", some_of(&granting, NAMES)));
        }
    }
}
