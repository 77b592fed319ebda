//! What is shown: a review by itself, the policies of an account, one of which may be open, or practice.

use super::list::AccountList;
use super::practice::PracticeScreen;
use super::review::ReviewScreen;
use crate::account::PolicyPlace;

/// What the screen is for.
#[derive(Debug)]
pub(crate) enum View {
    /// A review by itself.
    Review(Box<ReviewScreen>),
    /// The policies of an account.
    Account {
        /// The list of them.
        list: Box<AccountList>,
        /// The policy whose review is shown in the place of the list.
        opened: Option<Box<OpenedPolicy>>,
    },
    /// Sets to be refined by hand.
    Practice(Box<PracticeScreen>),
}

/// A policy of an account, and its review.
#[derive(Debug)]
pub(crate) struct OpenedPolicy {
    pub(crate) place: PolicyPlace,
    pub(crate) screen: ReviewScreen,
}

/// What of it is on the screen.
pub(crate) enum Shown<'a> {
    Review(&'a ReviewScreen),
    List(&'a AccountList),
    Practice(&'a PracticeScreen),
}

/// The same, to be changed.
pub(crate) enum ShownMut<'a> {
    Review(&'a mut ReviewScreen),
    List(&'a mut AccountList),
    Practice(&'a mut PracticeScreen),
}

impl View {
    pub(crate) fn of_review(screen: ReviewScreen) -> Self {
        View::Review(Box::new(screen))
    }

    pub(crate) fn of_account(list: AccountList) -> Self {
        View::Account {
            list: Box::new(list),
            opened: None,
        }
    }

    pub(crate) fn shown(&self) -> Shown<'_> {
        match self {
            View::Review(screen) => Shown::Review(screen),
            View::Account { list, opened } => match opened {
                Some(opened) => Shown::Review(&opened.screen),
                None => Shown::List(list),
            },
            View::Practice(screen) => Shown::Practice(screen),
        }
    }

    pub(crate) fn shown_mut(&mut self) -> ShownMut<'_> {
        match self {
            View::Review(screen) => ShownMut::Review(screen),
            View::Account { list, opened } => match opened {
                Some(opened) => ShownMut::Review(&mut opened.screen),
                None => ShownMut::List(list),
            },
            View::Practice(screen) => ShownMut::Practice(screen),
        }
    }

    /// The review on the screen, if one is.
    pub(crate) fn screen(&self) -> Option<&ReviewScreen> {
        match self.shown() {
            Shown::Review(screen) => Some(screen),
            Shown::List(_) | Shown::Practice(_) => None,
        }
    }

    /// The same, to be changed.
    pub(crate) fn screen_mut(&mut self) -> Option<&mut ReviewScreen> {
        match self.shown_mut() {
            ShownMut::Review(screen) => Some(screen),
            ShownMut::List(_) | ShownMut::Practice(_) => None,
        }
    }

    /// The list of an account's policies, shown or not.
    pub(crate) fn list(&self) -> Option<&AccountList> {
        match self {
            View::Review(_) | View::Practice(_) => None,
            View::Account { list, .. } => Some(list),
        }
    }

    /// Practice, if that is what is shown.
    pub(crate) fn practice(&self) -> Option<&PracticeScreen> {
        match self {
            View::Practice(screen) => Some(screen),
            View::Review(_) | View::Account { .. } => None,
        }
    }

    /// The policy of an account that is open.
    pub(crate) fn opened(&self) -> Option<&OpenedPolicy> {
        match self {
            View::Review(_) | View::Practice(_) => None,
            View::Account { opened, .. } => opened.as_deref(),
        }
    }
}
