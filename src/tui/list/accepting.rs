//! Accepting in the list what goes of policies, and taking that back.

use std::sync::Arc;

use super::state::AccountList;
use crate::account::PolicyPlace;
use crate::explain::report::{age_unknown, used_names};
use crate::review::{Decision, EntryPlace, Review, State};
use crate::text::{counted, printable, some_of};
use crate::tui::shell::Shell;

/// How many of the policies that are left to be looked at are named.
const NAMED: usize = 3;

/// What one key accepted: the policies, each with what was decided in it after that.
pub(crate) type Accepted = Vec<(PolicyPlace, Arc<State>)>;

/// What came of accepting all that is undecided in a policy.
enum Answer {
    /// So many changes are accepted.
    Accepted(usize),
    /// There is nothing to accept, and why.
    Nothing(String),
    /// Nothing is accepted: it has to be looked at, and why.
    ToLookAt(String),
}

/// Accepts all that is undecided of the selected policies; of the one under the cursor where none is
/// selected.
pub(crate) fn accept(shell: &mut Shell, list: &mut AccountList) {
    let selected = std::mem::take(&mut list.policies.selected);
    let indices: Vec<usize> = if selected.is_empty() {
        list.policies.current().into_iter().collect()
    } else {
        selected.into_iter().collect()
    };
    accept_in(shell, list, &indices);
}

/// Accepts all that is undecided of the policies that are listed.
pub(crate) fn accept_all(shell: &mut Shell, list: &mut AccountList) {
    let shown = list.policies.shown().to_vec();
    accept_in(shell, list, &shown);
}

fn accept_in(shell: &mut Shell, list: &mut AccountList, indices: &[usize]) {
    let mut accepted = Accepted::new();
    let (mut changes, mut nothing, mut to_look_at) = (0, Vec::new(), Vec::new());
    for &index in indices {
        // Of several it is enough to say how many.
        let answer = list.accept_in_policy(index, indices.len() == 1);
        let named = |why| format!("{}: {why}", list.full_name(index));
        match answer {
            Answer::Nothing(why) => nothing.push(named(why)),
            Answer::ToLookAt(why) => to_look_at.push(named(why)),
            Answer::Accepted(count) => {
                changes += count;
                accepted.extend(list.snapshot(index));
            }
        }
    }
    let left = match to_look_at.as_slice() {
        [] => String::new(),
        left => format!(
            ". {} left to review (f lists them): {}",
            left.len(),
            some_of(left, NAMED)
        ),
    };
    if accepted.is_empty() {
        let nothing = match nothing.as_slice() {
            [only] if left.is_empty() => format!(". {only}"),
            _ => String::new(),
        };
        return shell.tell_error(format!("Nothing is accepted{nothing}{left}"));
    }
    let policies = counted(accepted.len(), "policy", "policies");
    let changes = counted(changes, "change", "changes");
    let held = list.held_back_in(&accepted);
    let held = match held {
        0 => String::new(),
        held => format!(", but {} held back", counted(held, "action", "actions")),
    };
    shell.tell(format!("Accepted {changes} in {policies}{held}{left}"));
    list.accepted.push(accepted);
    list.filter(list.policies.filter);
}

/// Takes back what was accepted in the list last, in those policies in which nothing was decided since.
pub(crate) fn undo(shell: &mut Shell, list: &mut AccountList) {
    let Some(accepted) = list.accepted.pop() else {
        return shell.tell("Nothing was accepted in this list: open a policy to undo in it");
    };
    let (mut undone, mut changed_since) = (0, Vec::new());
    for (place, after) in accepted {
        let Some(review) = list.decided.get_mut(&place) else {
            continue;
        };
        if Arc::ptr_eq(&review.snapshot(), &after) {
            review.undo();
            undone += 1;
        } else {
            changed_since.push(list.name_of(place));
        }
    }
    let undid = match undone {
        0 => "Nothing is undone".to_owned(),
        count => format!(
            "Undid: accepted in {}",
            counted(count, "policy", "policies")
        ),
    };
    let left = match changed_since.as_slice() {
        [] => String::new(),
        left => format!(
            "; changed since, and left as decided: {}",
            some_of(left, NAMED)
        ),
    };
    shell.tell(format!("{undid}{left}"));
    list.filter(list.policies.filter);
}

impl AccountList {
    fn accept_in_policy(&mut self, index: usize, names_all: bool) -> Answer {
        let listed = &self.policies.all()[index];
        if let Some((_, why)) = &listed.kept {
            return Answer::Nothing(format!("kept as it is, {why}"));
        }
        let Some(subject) = self.account.policies().get(index) else {
            return Answer::Nothing("cannot be read".to_owned());
        };
        let Some(mut review) = self.review_of(subject) else {
            return Answer::Nothing("kept as it is".to_owned());
        };
        let undecided = review.undecided();
        if undecided.is_empty() {
            return Answer::Nothing(why_nothing(&review).to_owned());
        }
        if let Some(why) = why_to_look_at(&review, &undecided, names_all) {
            return Answer::ToLookAt(why);
        }
        let changes = review.decide(&undecided, Decision::Accepted);
        if !review.is_proved() {
            return Answer::ToLookAt("a proof does not hold".to_owned());
        }
        let before = self.decided.insert(subject.place, review);
        let size = self.size(subject);
        if !size.is_over() {
            return Answer::Accepted(changes);
        }
        match before {
            Some(before) => self.decided.insert(subject.place, before),
            None => self.decided.remove(&subject.place),
        };
        Answer::ToLookAt("longer than AWS takes".to_owned())
    }

    /// What is decided in the policy at `index`, to compare with later.
    fn snapshot(&self, index: usize) -> Option<(PolicyPlace, Arc<State>)> {
        let place = self.account.policies().get(index)?.place;
        Some((place, self.decided.get(&place)?.snapshot()))
    }

    fn name_of(&self, place: PolicyPlace) -> String {
        let mut subjects = self.account.policies().iter();
        let index = subjects.position(|subject| subject.place == place);
        index.map_or_else(String::new, |index| self.full_name(index))
    }

    /// What the policy at `index` is called, with whom it is of where it is an inline policy.
    fn full_name(&self, index: usize) -> String {
        match self.account.policies().get(index) {
            Some(subject) => printable(&self.account.name(subject)).into_owned(),
            None => self.policies.all()[index].name.clone(),
        }
    }

    /// How many unused actions are held back in the policies of which something was accepted.
    fn held_back_in(&self, accepted: &Accepted) -> usize {
        let reviews = accepted
            .iter()
            .filter_map(|(place, _)| self.decided.get(place));
        reviews.map(|review| review.held_back().len()).sum()
    }
}

/// Why nothing of it is accepted in the list.
fn why_nothing(review: &Review) -> &'static str {
    let mut places = review.state().places();
    let is_undecided = |place| review.state().decision(place) == Some(Decision::Undecided);
    if places.any(is_undecided) {
        "only NotActions are undecided: open it"
    } else {
        "nothing of it is undecided"
    }
}

/// Why somebody should see what would go at `places`, if so.
fn why_to_look_at(review: &Review, places: &[EntryPlace], names_all: bool) -> Option<String> {
    let used = review.used_before(places);
    let undated = review.of_unknown_age(places);
    if let Some(untold) = review.untold_at(places).first() {
        return Some(format!("AWS never tells of the use of {untold}"));
    }
    match (used.is_empty(), undated.is_empty()) {
        (false, _) if names_all => Some(format!("used before {}", used_names(&used))),
        (false, _) => Some(format!("{} used before", used.len())),
        (true, false) if names_all => Some(format!("age unknown {}", age_unknown(&undated))),
        (true, false) => Some("age unknown".to_owned()),
        (true, true) => None,
    }
}
