//! The policies in their order, which of them are shown, and where the cursor is.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::order::Order;
use super::status::PolicyStatus;
use crate::account::{AccountPolicy, AccountPolicyKind, AccountReview, Blocker, PrincipalPlace};
use crate::iam::{Action, Actions, Effect, PolicyName, Statement};
use crate::policies::{LoadedPolicy, UnreadablePolicy};
use crate::text::printable;
use crate::tui::motion::{Motion, moved};

/// A policy as the list names it.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    /// What it is called; of a policy within a principal without that.
    pub(crate) name: String,
    /// Whom it is attached to or embedded in.
    pub(crate) owners: String,
    /// Why it is kept, in a few words and in a sentence, if it is.
    pub(crate) kept: Option<(String, String)>,
    /// Whether it is kept because it cannot be read.
    pub(crate) is_unreadable: bool,
    /// Whether it allows all but what it names.
    pub(crate) has_not_action: bool,
    /// The policy itself; none where it cannot be read.
    policy: Option<Arc<LoadedPolicy>>,
}

impl Listed {
    pub(crate) fn of(account: &AccountReview, subject: &AccountPolicy) -> Self {
        let policy = account.policy(subject);
        let loaded = Some(Arc::clone(policy));
        let own_name = policy.origin.name.as_ref();
        let name = own_name.map_or_else(|| account.name(subject), PolicyName::to_string);
        let name = match subject.kind {
            AccountPolicyKind::AwsManaged => format!("{name} of AWS"),
            AccountPolicyKind::Inline | AccountPolicyKind::Managed => name,
        };
        let statements = policy.document.policy().statements.iter();
        Listed {
            name: printable(&name).into_owned(),
            owners: owners(account, &subject.attached_to),
            kept: subject.blockers.first().map(|block| {
                let sentence = account.reason(block);
                let sentence = match subject.blockers.len() {
                    1 => sentence,
                    count => format!("{sentence}; {} more", count - 1),
                };
                (in_short(block), printable(&sentence).into_owned())
            }),
            is_unreadable: false,
            has_not_action: statements
                .filter(|statement| statement.effect == Effect::Allow)
                .any(|statement| matches!(statement.actions, Actions::NotAction(_))),
            policy: loaded,
        }
    }

    /// A policy that cannot be read.
    pub(crate) fn unreadable(account: &AccountReview, policy: &UnreadablePolicy) -> Self {
        let holders = account.holders_of_unreadable(policy);
        let reason = printable(&policy.reason()).into_owned();
        Listed {
            name: policy.name.to_string(),
            owners: owners(account, &holders),
            kept: Some((
                "cannot be read".to_owned(),
                format!("cannot be read: {reason}"),
            )),
            is_unreadable: true,
            has_not_action: false,
            policy: None,
        }
    }

    /// Whether `text` is in a name or in an entry, ignoring case, or `action` is allowed.
    fn has(&self, text: &str, action: Option<&Action>) -> bool {
        let is_in = |name: &str| name.to_lowercase().contains(text);
        let policy = self.policy.as_ref().map(|policy| policy.document.policy());
        let mut statements = policy.into_iter().flat_map(|policy| &policy.statements);
        let has_entry = |statement: &Statement| {
            let mut entries = statement.actions.entries().iter();
            entries.any(|entry| is_in(&entry.to_string()))
        };
        is_in(&self.name)
            || is_in(&self.owners)
            || action.is_some_and(|action| policy.is_some_and(|policy| policy.allows(action)))
            || statements.any(has_entry)
    }
}

/// `role A +2`.
fn owners(account: &AccountReview, places: &[PrincipalPlace]) -> String {
    let owner = |&place: &PrincipalPlace| account.principal(place).owner.to_string();
    let owners: Vec<String> = places.iter().map(owner).collect();
    let short = match owners.as_slice() {
        [] => "nobody".to_owned(),
        [only] => only.clone(),
        [first, others @ ..] => format!("{first} +{}", others.len()),
    };
    printable(&short).into_owned()
}

/// A block in as few words as a narrow column has room for.
fn in_short(block: &Blocker) -> String {
    match block {
        Blocker::NotAttached => "unattached".to_owned(),
        Blocker::NoFinding(_) => "no finding".to_owned(),
        Blocker::Newer(_) => "too new".to_owned(),
        Blocker::RoleUnused(_) => "role unused".to_owned(),
        Blocker::EmptyGroup(_) => "no members".to_owned(),
        Blocker::AttachmentsUnseen {
            seen,
            counted: Some(counted),
        } => format!("{seen} of {counted} seen"),
        Blocker::AttachmentsUnseen { counted: None, .. } => "not counted".to_owned(),
        Blocker::Boundary { .. } => "boundary".to_owned(),
        Blocker::Locked(..) | Blocker::KeptAttached(_) => "AWS keeps it".to_owned(),
        Blocker::TooLong(_) => "too long".to_owned(),
        Blocker::Nameless => "no name".to_owned(),
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PolicyFilter {
    #[default]
    All,
    ToReview,
    Changed,
    Blocked,
}

impl PolicyFilter {
    /// The one after it; the first after the last.
    pub(crate) fn next(self) -> Self {
        match self {
            PolicyFilter::All => PolicyFilter::ToReview,
            PolicyFilter::ToReview => PolicyFilter::Changed,
            PolicyFilter::Changed => PolicyFilter::Blocked,
            PolicyFilter::Blocked => PolicyFilter::All,
        }
    }

    /// What it shows, in words.
    pub(crate) fn description(self) -> &'static str {
        match self {
            PolicyFilter::All => "all policies",
            PolicyFilter::ToReview => "policies to review",
            PolicyFilter::Changed => "policies that change",
            PolicyFilter::Blocked => "policies that are kept",
        }
    }

    pub(crate) fn shows(self, status: PolicyStatus) -> bool {
        match self {
            PolicyFilter::All => true,
            PolicyFilter::ToReview => status.is_to_review(),
            PolicyFilter::Changed => status.changes(),
            PolicyFilter::Blocked => status == PolicyStatus::Blocked,
        }
    }
}

/// The policies, by their index in the account.
#[derive(Clone, Debug)]
pub(crate) struct Policies {
    all: Vec<Listed>,
    shown: Vec<usize>,
    cursor: usize,
    pub(crate) filter: PolicyFilter,
    pub(crate) order: Order,
    /// The selected ones, by their index in the account.
    pub(crate) selected: BTreeSet<usize>,
}

impl Policies {
    pub(crate) fn new(all: Vec<Listed>) -> Self {
        Policies {
            shown: (0..all.len()).collect(),
            all,
            cursor: 0,
            filter: PolicyFilter::All,
            order: Order::default(),
            selected: BTreeSet::new(),
        }
    }

    pub(crate) fn all(&self) -> &[Listed] {
        &self.all
    }

    pub(crate) fn shown(&self) -> &[usize] {
        &self.shown
    }

    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    /// The index of the policy under the cursor.
    pub(crate) fn current(&self) -> Option<usize> {
        self.shown.get(self.cursor).copied()
    }

    /// Selects the policy at `index`, or no more.
    pub(crate) fn select(&mut self, index: usize) {
        if !self.selected.remove(&index) {
            self.selected.insert(index);
        }
    }

    /// Shows these. The cursor stays on its policy; where that is shown no more, it goes to the next
    /// one that is.
    pub(crate) fn show(&mut self, filter: PolicyFilter, shown: Vec<usize>) {
        let row_of = |index: &usize| shown.iter().position(|other| other == index);
        let next = self.shown.iter().skip(self.cursor).find_map(row_of);
        let at = next.or_else(|| self.shown.iter().rev().find_map(row_of));
        self.cursor = at.unwrap_or_default();
        // What one does not see is not accepted.
        self.selected.retain(|index| shown.contains(index));
        self.shown = shown;
        self.filter = filter;
    }

    pub(crate) fn move_by(&mut self, motion: Motion, page: usize) {
        self.cursor = moved(self.cursor, self.shown.len(), motion, page);
    }

    pub(crate) fn put_cursor(&mut self, row: usize) {
        self.cursor = row.min(self.shown.len().saturating_sub(1));
    }

    /// The rows of the policies that have `text` in a name or an entry, or allow `action`.
    pub(super) fn found(&self, text: &str, action: Option<&Action>) -> Vec<usize> {
        let text = text.to_lowercase();
        if text.is_empty() {
            return Vec::new();
        }
        let rows = self.shown.iter().enumerate();
        rows.filter(|(_, index)| self.all[**index].has(&text, action))
            .map(|(row, _)| row)
            .collect()
    }
}
