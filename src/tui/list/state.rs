//! The list of an account's policies: which are shown, and what is decided in them.

use ratatui::layout::Rect;

use super::accepting::Accepted;
use super::diff::DiffOfPolicy;
use super::policies::{Listed, Policies, PolicyFilter};
use super::status::PolicyStatus;
use crate::account::{AccountPolicy, AccountReview, Decided, PolicyPlace};
use crate::iam::Action;
use crate::review::Review;
use crate::tui::keys::Context;
use crate::tui::shell::Overlay;

/// The list of an account's policies.
#[derive(Debug)]
pub(crate) struct AccountList {
    pub(crate) account: AccountReview,
    /// What the account is called.
    pub(crate) title: String,
    pub(crate) decided: Decided,
    pub(crate) policies: Policies,
    /// What is searched for; empty when nothing is.
    pub(crate) search: String,
    /// What was accepted in the list, key by key, for `u`.
    pub(super) accepted: Vec<Accepted>,
    /// The policy whose diff is shown over the list.
    pub(super) diff: Option<DiffOfPolicy>,
    pub(crate) seen: Seen,
}

/// Where the last drawing put the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) list: Rect,
    pub(crate) top: usize,
}

impl AccountList {
    /// Lists the policies of `account`, which is called `title`, with what is `decided` already.
    pub(crate) fn new(account: AccountReview, decided: Decided, title: String) -> Self {
        let subjects = account.policies().iter();
        let listed = subjects.map(|subject| Listed::of(&account, subject));
        let unreadable = account.unreadable().iter();
        let unreadable = unreadable.map(|policy| Listed::unreadable(&account, policy));
        AccountList {
            policies: Policies::new(listed.chain(unreadable).collect()),
            account,
            title,
            decided,
            search: String::new(),
            accepted: Vec::new(),
            diff: None,
            seen: Seen::default(),
        }
    }

    /// Where a key is pressed while the list is shown.
    pub(crate) fn context(overlay: &Overlay) -> Context {
        match overlay {
            Overlay::Search(_) => Context::ListSearch,
            Overlay::Help(_) => Context::Help,
            Overlay::Folder { .. } => Context::ListWrite,
            Overlay::PolicyDiff { .. } => Context::ListDiff,
            Overlay::Quit => Context::ListQuit,
            Overlay::None
            | Overlay::Write(_)
            | Overlay::Keep { .. }
            | Overlay::Reject { .. }
            | Overlay::Drop { .. }
            | Overlay::AcceptAll { .. }
            | Overlay::Cut(_)
            | Overlay::Unmarked { .. }
            | Overlay::Fit(_) => Context::List,
        }
    }

    /// The policy under the cursor and its review, to be shown in the place of the list.
    pub(crate) fn open(&mut self) -> Option<(PolicyPlace, Review)> {
        let place = self.current()?.place;
        let review = match self.decided.remove(&place) {
            Some(review) => review,
            None => self.account.review(self.current()?)?,
        };
        Some((place, review))
    }

    /// A copy of what is decided of a policy, or of a review in which nothing is.
    pub(super) fn review_of(&self, subject: &AccountPolicy) -> Option<Review> {
        let decided = self.decided.get(&subject.place).cloned();
        decided.or_else(|| self.account.review(subject))
    }

    /// Takes back what is decided in the policy that was open.
    pub(crate) fn take_back(&mut self, place: PolicyPlace, review: Review) {
        self.decided.insert(place, review);
        self.filter(self.policies.filter);
    }

    /// The policy under the cursor; none where it cannot be read.
    pub(crate) fn current(&self) -> Option<&AccountPolicy> {
        self.account.policies().get(self.policies.current()?)
    }

    /// What is decided of the policy at `index` of the account's.
    pub(crate) fn status(&self, index: usize) -> PolicyStatus {
        let Some(subject) = self.account.policies().get(index) else {
            return PolicyStatus::Blocked;
        };
        let review = self.decided.get(&subject.place);
        PolicyStatus::of(subject, self.policies.all()[index].has_not_action, review)
    }

    fn statuses(&self) -> impl Iterator<Item = PolicyStatus> {
        (0..self.policies.all().len()).map(|index| self.status(index))
    }

    /// How many policies have such a status.
    pub(crate) fn count(&self, is: impl Fn(PolicyStatus) -> bool) -> usize {
        self.statuses().filter(|status| is(*status)).count()
    }

    /// How many decisions are not written.
    pub(crate) fn decisions(&self) -> usize {
        self.decided.values().map(Review::decisions).sum()
    }

    /// Shows those policies that the filter leaves, the cursor where it was if that is among them.
    pub(crate) fn filter(&mut self, filter: PolicyFilter) {
        let statuses = self.statuses().enumerate();
        let shown = statuses.filter(|(_, status)| filter.shows(*status));
        let mut shown: Vec<usize> = shown.map(|(index, _)| index).collect();
        self.sort(&mut shown);
        self.policies.show(filter, shown);
    }

    /// The rows in which `text` is found: in names, in entries, or as a known action that is allowed.
    pub(crate) fn found(&self, text: &str) -> Vec<usize> {
        let action: Option<Action> = text.parse().ok();
        let is_known = |action: &Action| self.account.catalogue().contains(action);
        self.policies.found(text, action.filter(is_known).as_ref())
    }

    pub(crate) fn is_searching(&self) -> bool {
        !self.search.is_empty()
    }

    /// Whether Esc ends something: a search, or a selection.
    pub(crate) fn can_close(&self) -> bool {
        self.is_searching() || !self.policies.selected.is_empty()
    }

    /// Ends the search, or else the selection.
    pub(crate) fn close(&mut self) {
        if self.is_searching() {
            self.search.clear();
        } else {
            self.policies.selected.clear();
        }
    }

    /// Whether something is left to decide in those that are listed.
    pub(crate) fn has_to_review(&self) -> bool {
        let mut shown = self.policies.shown().iter();
        shown.any(|&index| self.status(index).is_to_review())
    }

    /// Whether something was accepted in the list that can be taken back.
    pub(crate) fn can_undo(&self) -> bool {
        !self.accepted.is_empty()
    }

    pub(crate) fn can_open(&self) -> bool {
        self.current().is_some_and(AccountPolicy::is_refined)
    }
}
