//! What the screen of an account shows.

use ratatui::layout::Rect;

use super::list::{Filter, List, Listed};
use super::preview::Preview;
use super::standing::Standing;
pub use crate::account::Decided;
use crate::account::{AccountPolicy, AccountReview, PolicyPlace};
use crate::review::Review;
use crate::tui::help::Help;
use crate::tui::look::Look;
use crate::tui::model::{Model as ReviewModel, Settings, Status};

/// Where a key is pressed in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// In the list.
    List,
    /// When asked what to search for.
    Search,
    /// In the list of all keys.
    Help,
    /// In the preview of what would be written.
    Write,
    /// When asked whether to leave.
    Quit,
    /// In a window that is too small to show anything, whatever is open.
    TooSmall,
}

/// What is open over the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The text that is being typed to be searched for.
    Search {
        /// What was typed so far.
        typed: String,
        /// The row where the search began.
        from: usize,
    },
    /// All keys.
    Help(Help),
    /// The preview of what would be written.
    Write {
        /// What it comes to.
        preview: Preview,
        /// The first line that is seen.
        top: usize,
    },
    /// The question whether to leave.
    Quit,
}

/// Where the last drawing put the list, and how much of a scrolled text was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) list: Rect,
    pub(super) top: usize,
    /// The lines of the preview, and how many of them are seen.
    pub(super) scrolled: (usize, usize),
    /// Whether nothing was seen, since there was no room: no key decides or writes then.
    pub(super) is_too_small: bool,
}

/// All that the screen of an account shows.
#[derive(Debug)]
pub struct Model {
    pub(super) account: AccountReview,
    /// What the account is called.
    pub(super) title: String,
    pub(super) decided: Decided,
    pub(super) list: List,
    pub(super) overlay: Overlay,
    pub(super) status: Option<Status>,
    /// What is searched for; empty when nothing is.
    pub(super) search: String,
    pub(super) settings: Settings,
    pub(super) look: Look,
    pub(super) seen: Seen,
    /// The policy that is open, and the screen of its review.
    pub(super) opened: Option<(PolicyPlace, ReviewModel)>,
}

impl Context {
    /// All of them.
    pub const ALL: &[Context] = &[
        Context::List,
        Context::Search,
        Context::Help,
        Context::Write,
        Context::Quit,
        Context::TooSmall,
    ];

    /// Those in which something is shown.
    pub(super) const SHOWN: &[Context] = match Context::ALL {
        [shown @ .., Context::TooSmall] => shown,
        all => all,
    };

    /// Whether letters are typed there, not pressed as keys.
    pub fn takes_text(self) -> bool {
        matches!(self, Context::Search | Context::Help)
    }
}

impl Model {
    /// Shows the policies of `account`, which is called `title`, with what is `decided` already.
    pub fn new(
        account: AccountReview,
        decided: Decided,
        title: String,
        settings: Settings,
    ) -> Self {
        let subjects = account.policies().iter();
        let list = List::new(
            subjects
                .map(|subject| Listed::of(&account, subject))
                .collect(),
        );
        Model {
            account,
            title,
            decided,
            list,
            overlay: Overlay::None,
            status: None,
            search: String::new(),
            settings,
            look: Look::new(settings.theme, settings.ascii),
            seen: Seen::default(),
            opened: None,
        }
    }

    /// The account.
    pub fn account(&self) -> &AccountReview {
        &self.account
    }

    /// The reviews of the policies that were opened, but for one that is open.
    pub fn decided(&self) -> &Decided {
        &self.decided
    }

    /// The policy that is open and its review.
    pub fn opened(&self) -> Option<(PolicyPlace, &Review)> {
        let (place, model) = self.opened.as_ref()?;
        Some((*place, model.review()))
    }

    /// Where a key is pressed in the list.
    pub fn context(&self) -> Context {
        if self.is_too_small() {
            return Context::TooSmall;
        }
        match self.overlay {
            Overlay::None => Context::List,
            Overlay::Search { .. } => Context::Search,
            Overlay::Help(_) => Context::Help,
            Overlay::Write { .. } => Context::Write,
            Overlay::Quit => Context::Quit,
        }
    }

    /// Whether nothing of the list, or of the policy that is open, is seen.
    pub(super) fn is_too_small(&self) -> bool {
        match &self.opened {
            Some((_, opened)) => opened.seen.is_too_small,
            None => self.seen.is_too_small,
        }
    }

    /// Comes back to the list from the policy that is open, with what is decided in it.
    pub(super) fn come_back(&mut self) {
        if let Some((place, opened)) = self.opened.take() {
            self.decided.insert(place, opened.into_review());
            self.filter(self.list.filter);
        }
    }

    /// Whether steps go on by themselves.
    pub(super) fn is_playing(&self) -> bool {
        let opened = self.opened.as_ref();
        opened.is_some_and(|(_, model)| model.is_playing())
    }

    /// Shows what would be written, and asks.
    pub fn show_preview(&mut self, preview: Preview) {
        self.overlay = Overlay::Write { preview, top: 0 };
    }

    /// Shows a sentence until the next key, as when writing failed.
    pub fn tell_error(&mut self, text: impl Into<String>) {
        match &mut self.opened {
            Some((_, model)) => model.tell_error(text),
            None => self.status = Some(Status::error(text)),
        }
    }

    pub(super) fn tell(&mut self, text: impl Into<String>) {
        self.status = Some(Status::of(text));
    }

    /// The policy under the cursor.
    pub(super) fn current(&self) -> Option<&AccountPolicy> {
        self.account.policies().get(self.list.current()?)
    }

    /// How it stands with the policy at `index` of the account's.
    pub(super) fn standing(&self, index: usize) -> Standing {
        let subject = &self.account.policies()[index];
        let review = self.decided.get(&subject.place);
        Standing::of(subject, self.list.all()[index].has_not_action, review)
    }

    /// How many policies stand so.
    pub(super) fn count(&self, is: impl Fn(Standing) -> bool) -> usize {
        let standings = (0..self.list.all().len()).map(|index| self.standing(index));
        standings.filter(|standing| is(*standing)).count()
    }

    /// How many decisions are not written.
    pub(super) fn decisions(&self) -> usize {
        let places = (0..self.list.all().len()).map(|index| self.standing(index));
        places.map(Standing::decisions).sum()
    }

    /// Shows those policies that the filter leaves, the cursor where it was if that is among them.
    pub(super) fn filter(&mut self, filter: Filter) {
        let shown = (0..self.list.all().len()).filter(|&index| filter.shows(self.standing(index)));
        let shown = shown.collect();
        self.list.show(filter, shown);
    }

    pub(super) fn is_searching(&self) -> bool {
        !self.search.is_empty()
    }

    pub(super) fn can_close(&self) -> bool {
        self.overlay != Overlay::None || self.is_searching()
    }

    pub(super) fn can_open(&self) -> bool {
        self.current().is_some_and(AccountPolicy::is_refined)
    }

    pub(super) fn can_write(&self) -> bool {
        matches!(&self.overlay, Overlay::Write { preview, .. } if preview.can_be_written())
    }
}
