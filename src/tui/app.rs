//! All that the screen shows.

use std::time::Duration;

use super::keys::Context;
use super::list::{AccountList, Preview};
use super::practice::{Beside, PracticeScreen};
use super::review::ReviewScreen;
use super::shell::{Overlay, Settings, Shell};
use super::steps::Steps;
use super::view::{Shown, ShownMut, View};
use crate::account::{AccountReview, Decided, PolicyPlace};
use crate::lessons::{Attempt, ClosingTest, Lesson, Playground, Practice, Reached};
use crate::review::Review;
use crate::text::Error;

/// All that the screen shows: a review, the list of an account's policies and the review of the one
/// that is open, or practice.
#[derive(Debug)]
pub struct App {
    pub(crate) shell: Shell,
    pub(crate) view: View,
}

impl App {
    /// Shows `review` from its first undecided entry on.
    pub fn of_review(review: Review, settings: Settings) -> Self {
        App {
            shell: Shell::new(settings),
            view: View::of_review(ReviewScreen::new(review)),
        }
    }

    /// Shows `review` from the first wildcard on of which something is proposed, and says in one line what
    /// that is until a key is pressed.
    pub fn of_demo(review: Review, settings: Settings) -> Self {
        let mut screen = ReviewScreen::new(review);
        screen.introduce();
        App {
            shell: Shell::new(settings),
            view: View::of_review(screen),
        }
    }

    /// Shows the policies of `account`, which is called `title`, with what is `decided` already.
    pub fn of_account(
        account: AccountReview,
        decided: Decided,
        title: String,
        settings: Settings,
    ) -> Self {
        App {
            shell: Shell::new(settings),
            view: View::of_account(AccountList::new(account, decided, title)),
        }
    }

    /// Shows a lesson from where it is begun: its steps with questions, and then its task.
    pub fn of_lesson(lesson: Lesson, heading: String, from: &Reached, settings: Settings) -> Self {
        let task = lesson.task.as_ref();
        let task = task.and_then(|task| PracticeScreen::of_task(task, heading.clone()));
        let screen = ReviewScreen::of_lesson(lesson, heading, from);
        let mut view = match task {
            None => View::of_review(screen),
            Some(task) => View::Lesson {
                screen: Box::new(screen),
                task: Box::new(task),
            },
        };
        view.refresh();
        App {
            shell: Shell::new(settings),
            view,
        }
    }

    /// Shows sets to be refined by hand, called `heading`; a lesson may come next.
    pub fn of_practice(
        practice: Practice,
        heading: String,
        leads_on: bool,
        settings: Settings,
    ) -> Self {
        let screen = PracticeScreen::new(practice, heading, leads_on);
        App {
            shell: Shell::new(settings),
            view: View::Practice(Box::new(screen)),
        }
    }

    /// Shows a wildcard whose names are marked by hand, with what takes its place; the name at `cursor` is pointed at.
    pub fn of_playground(playground: Playground, cursor: usize, settings: Settings) -> Self {
        let mut screen = PracticeScreen::of_playground(playground);
        screen.cursor = cursor;
        App {
            shell: Shell::new(settings),
            view: View::Practice(Box::new(screen)),
        }
    }

    /// Shows a test over all lessons, at the set that is worked on.
    pub fn of_test(test: ClosingTest, settings: Settings) -> Self {
        App {
            shell: Shell::new(settings),
            view: View::Practice(Box::new(PracticeScreen::of_test(test))),
        }
    }

    /// The test over all lessons, if one is taken.
    pub fn test(&self) -> Option<&ClosingTest> {
        self.view.practice()?.work.test()
    }

    /// The wildcard whose names are marked, if one is played with, and which of them is pointed at.
    pub fn playground(&self) -> Option<(&Playground, usize)> {
        let screen = self.view.practice()?;
        Some((screen.work.playground()?, screen.cursor))
    }

    /// The review that is shown, or that a lesson is about.
    pub fn review(&self) -> Option<&Review> {
        let screen = self.view.lesson().or(self.view.screen());
        screen.map(|screen| &screen.review)
    }

    /// The review that is shown, when the screen is done with.
    pub fn into_review(self) -> Option<Review> {
        match self.view {
            View::Review(screen) | View::Lesson { screen, .. } => Some(screen.review),
            View::Account { opened, .. } => opened.map(|opened| opened.screen.review),
            View::Practice(_) => None,
        }
    }

    /// The account whose policies are listed, and the reviews of those that were opened, but for
    /// one that is open.
    pub fn account(&self) -> Option<(&AccountReview, &Decided)> {
        let list = self.view.list()?;
        Some((&list.account, &list.decided))
    }

    /// The policy of the account that is open, and its review.
    pub fn opened(&self) -> Option<(PolicyPlace, &Review)> {
        let opened = self.view.opened()?;
        Some((opened.place, &opened.screen.review))
    }

    /// The steps of a wildcard, if they are shown.
    pub fn steps(&self) -> Option<&Steps> {
        self.view.screen()?.steps()
    }

    /// How far one is in the lesson, if one is played.
    pub fn reached(&self) -> Option<Reached> {
        self.view.lesson().or(self.view.screen())?.reached()
    }

    /// The sets that are practised on, if they are.
    pub fn practice(&self) -> Option<&Practice> {
        self.view.practice()?.work.practice()
    }

    /// What is being done of an exercise: a set, or the task of a lesson.
    pub fn attempt(&self) -> Option<&Attempt> {
        Some(self.view.practice()?.attempt())
    }

    /// Where a key is pressed.
    pub fn context(&self) -> Context {
        if self.shell.seen.is_too_small {
            return Context::TooSmall;
        }
        match self.view.shown() {
            Shown::Review(screen) => screen.context(&self.shell.overlay),
            Shown::List(_) => AccountList::context(&self.shell.overlay),
            Shown::Practice(screen) => screen.context(&self.shell.overlay),
        }
    }

    /// How many decisions are not written.
    pub fn decisions(&self) -> usize {
        let listed = self.view.list().map_or(0, AccountList::decisions);
        listed
            + self
                .view
                .screen()
                .map_or(0, |screen| screen.review.decisions())
    }

    /// Takes note of when a key is pressed, so long since the screen was opened, where the time that something takes is
    /// told.
    pub fn key_pressed(&mut self, since_opened: Duration) {
        if let ShownMut::Practice(screen) = self.view.shown_mut() {
            screen.work.key_pressed(since_opened);
        }
    }

    /// Shows a sentence until the next key, as when writing failed.
    pub fn tell_error(&mut self, text: impl Into<String>) {
        self.shell.tell_error(text);
    }

    /// Shows why nothing is saved of what is decided; what would be lost is shown on leaving.
    pub fn tell_not_saved(&mut self, text: impl Into<String>) {
        self.saves_nothing();
        self.tell_error(text);
    }

    /// Lets it say on leaving that what is decided will be lost: its host saves nothing.
    pub fn saves_nothing(&mut self) {
        self.shell.saves_nothing = true;
    }

    /// Shows what would be written, or why nothing can be.
    pub fn show_preview(&mut self, found: Result<Preview, Error>) {
        match (&mut self.shell.overlay, found) {
            (Overlay::Write(preview), Ok(Preview::Files(sentence))) => {
                preview.target = Some(Ok(sentence));
            }
            (Overlay::Write(preview), Err(error)) => {
                preview.target = Some(Err(error.in_one_line()));
            }
            (overlay, Ok(Preview::Folder(preview))) => {
                *overlay = Overlay::Folder { preview, top: 0 };
            }
            (_, Ok(Preview::Files(_))) => {}
            (_, Err(error)) => self.tell_error(error.in_one_line()),
        }
    }

    /// Comes back to the list from the policy that is open, with what is decided in it.
    pub(crate) fn close_policy(&mut self) {
        if let View::Account { list, opened } = &mut self.view
            && let Some(opened) = opened.take()
        {
            list.take_back(opened.place, opened.screen.review);
            self.shell.overlay = Overlay::None;
        }
    }

    /// How long what is shown stays where steps go on by themselves: not while they are not seen.
    pub(crate) fn pause(&self) -> Option<Duration> {
        let steps = self.steps().filter(|_| !self.shell.seen.is_too_small);
        steps.and_then(Steps::pause)
    }

    /// Whether a policy was opened from the list of an account, where leaving goes back to and
    /// writing is done.
    pub(crate) fn is_in_account(&self) -> bool {
        self.view.opened().is_some()
    }

    /// Whether something would be lost by leaving, or seem to be.
    pub(crate) fn asks_before_leaving(&self) -> bool {
        let is_lesson = (self.view.screen()).is_some_and(|screen| screen.lesson.is_some());
        self.decisions() > 0 && !is_lesson && !self.is_in_account()
    }

    pub(crate) fn can_close(&self) -> bool {
        self.shell.overlay != Overlay::None
            || match self.view.shown() {
                Shown::Review(screen) => screen.can_close(),
                Shown::List(list) => list.can_close(),
                Shown::Practice(screen) => screen.can_close(),
            }
    }

    /// Whether the table of cuts can tell by name what a cut would have let in.
    pub(crate) fn can_show_names(&self) -> bool {
        matches!(&self.shell.overlay, Overlay::Cut(table) if !table.backtest.unrefined.unasked.is_empty())
    }

    /// Whether something is asked that Esc tells when it is pressed twice.
    pub(crate) fn is_asked(&self) -> bool {
        let screen = self.view.screen();
        let is_open = self.shell.overlay != Overlay::None;
        !is_open && screen.is_some_and(ReviewScreen::is_asked)
    }

    /// Whether what comes before the task of a lesson is shown.
    pub(crate) fn can_skip_to_task(&self) -> bool {
        let screen = self.view.screen();
        let is_open = self.shell.overlay != Overlay::None;
        let is_typing = self.steps().is_some_and(|steps| steps.number.is_some());
        let can_leave = |screen: &ReviewScreen| screen.is_watching() && screen.has_task();
        !is_open && !is_typing && screen.is_some_and(can_leave)
    }

    /// Whether a lesson comes behind practice.
    pub(crate) fn leads_on(&self) -> bool {
        let practice = self.view.practice();
        practice.is_some_and(|screen| screen.work.next_lesson().is_ok())
    }

    /// Whether there is room for the trie of an exercise or for its result, and not for both.
    pub(crate) fn has_trie_or_result(&self) -> bool {
        let practice = self.view.practice();
        practice.is_some_and(|screen| screen.beside != Beside::All)
    }

    /// Whether an exercise is done with hints.
    pub(crate) fn gives_hints(&self) -> bool {
        let practice = self.view.practice();
        practice.is_some_and(|screen| !screen.work.is_by_heart())
    }

    /// Whether the exercise is the task of a lesson.
    pub(crate) fn is_at_task(&self) -> bool {
        let practice = self.view.practice();
        practice.is_some_and(|screen| screen.work.is_task())
    }

    /// Whether there are steps to go back to from that task.
    pub(crate) fn can_go_back_to_steps(&self) -> bool {
        let lesson = self.view.lesson();
        lesson.is_some_and(ReviewScreen::can_go_back_to_steps)
    }

    pub(crate) fn can_write_folder(&self) -> bool {
        let overlay = &self.shell.overlay;
        matches!(overlay, Overlay::Folder { preview, .. } if preview.can_be_written())
    }
}
