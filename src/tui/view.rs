//! What is shown: a review by itself, or the policies of an account, one of which may be open.

use super::list::AccountList;
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
}

/// The same, to be changed.
pub(crate) enum ShownMut<'a> {
    Review(&'a mut ReviewScreen),
    List(&'a mut AccountList),
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
        }
    }

    pub(crate) fn shown_mut(&mut self) -> ShownMut<'_> {
        match self {
            View::Review(screen) => ShownMut::Review(screen),
            View::Account { list, opened } => match opened {
                Some(opened) => ShownMut::Review(&mut opened.screen),
                None => ShownMut::List(list),
            },
        }
    }

    /// The review on the screen, if one is.
    pub(crate) fn screen(&self) -> Option<&ReviewScreen> {
        match self.shown() {
            Shown::Review(screen) => Some(screen),
            Shown::List(_) => None,
        }
    }

    /// The same, to be changed.
    pub(crate) fn screen_mut(&mut self) -> Option<&mut ReviewScreen> {
        match self.shown_mut() {
            ShownMut::Review(screen) => Some(screen),
            ShownMut::List(_) => None,
        }
    }

    /// The list of an account's policies, shown or not.
    pub(crate) fn list(&self) -> Option<&AccountList> {
        match self {
            View::Review(_) => None,
            View::Account { list, .. } => Some(list),
        }
    }

    /// The policy of an account that is open.
    pub(crate) fn opened(&self) -> Option<&OpenedPolicy> {
        match self {
            View::Review(_) => None,
            View::Account { opened, .. } => opened.as_deref(),
        }
    }
}
