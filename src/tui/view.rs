//! What is shown: a review by itself, the policies of an account, one of which may be open, or practice.

use super::list::AccountList;
use super::practice::PracticeScreen;
use super::review::ReviewScreen;
use crate::account::PolicyPlace;
use crate::lessons::PracticeStage;

/// What the screen is for.
#[derive(Debug)]
pub(crate) enum View {
    /// A review by itself.
    Review(Box<ReviewScreen>),
    /// A lesson whose task is no review.
    Lesson {
        /// Its steps and cases.
        screen: Box<ReviewScreen>,
        /// Its task, behind them.
        task: Box<PracticeScreen>,
    },
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
            View::Lesson { screen, .. } if screen.is_watching() => Shown::Review(screen),
            View::Lesson { task, .. } => Shown::Practice(task),
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
            View::Lesson { screen, .. } if screen.is_watching() => ShownMut::Review(screen),
            View::Lesson { task, .. } => ShownMut::Practice(task),
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

    /// The steps and cases of a lesson whose task is no review, shown or not.
    pub(crate) fn lesson(&self) -> Option<&ReviewScreen> {
        match self {
            View::Lesson { screen, .. } => Some(screen),
            View::Review(_) | View::Practice(_) | View::Account { .. } => None,
        }
    }

    /// Goes back from the task of a lesson to its steps.
    pub(crate) fn back_to_steps(&mut self) {
        if let View::Lesson { screen, .. } = self {
            screen.back_to_steps();
        }
    }

    /// Takes over what follows from the last input.
    pub(crate) fn refresh(&mut self) {
        if let View::Lesson { screen, task } = self {
            task.work.score_in_lesson(screen.lesson_score());
            if let Some(lesson) = &mut screen.lesson {
                lesson.is_written = task.attempt().stage() == PracticeStage::Right;
            }
            screen.refresh();
        } else if let Some(screen) = self.screen_mut() {
            screen.refresh();
        }
    }

    /// The list of an account's policies, shown or not.
    pub(crate) fn list(&self) -> Option<&AccountList> {
        match self {
            View::Account { list, .. } => Some(list),
            View::Review(_) | View::Lesson { .. } | View::Practice(_) => None,
        }
    }

    /// Sets or a task that is one, if that is what is shown.
    pub(crate) fn practice(&self) -> Option<&PracticeScreen> {
        match self.shown() {
            Shown::Practice(screen) => Some(screen),
            Shown::Review(_) | Shown::List(_) => None,
        }
    }

    /// The policy of an account that is open.
    pub(crate) fn opened(&self) -> Option<&OpenedPolicy> {
        match self {
            View::Account { opened, .. } => opened.as_deref(),
            View::Review(_) | View::Lesson { .. } | View::Practice(_) => None,
        }
    }
}
