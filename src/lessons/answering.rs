//! A question while it is answered: a wrong answer can be followed by a second one, which counts.

use super::reply::{Begun, Reply, Saved};
use super::score::Score;

/// How far a question is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answering {
    reply: Option<Reply>,
    look_again: LookAgain,
}

/// Of each half of a question why the first answer to it was wrong.
pub(super) type LookAgain = [Option<String>; 2];

/// The halves that a question may be asked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// What is asked first, of most questions all.
    First,
    /// What is asked once that is answered right.
    Second,
}

impl Answering {
    /// One whose answer was shown before.
    pub(super) fn shown(reply: Reply) -> Self {
        Answering {
            reply: Some(reply),
            ..Answering::default()
        }
    }

    /// One to which a wrong answer was given before.
    pub(super) fn begun(look_again: LookAgain) -> Self {
        Answering {
            reply: None,
            look_again,
        }
    }

    /// What came of it so far, as it is saved; nothing where nothing was answered.
    pub(super) fn saved(&self) -> Option<Saved> {
        let is_begun = self.look_again.iter().any(Option::is_some);
        match &self.reply {
            Some(reply) => Some(Saved::Reply(reply.clone())),
            None => is_begun.then(|| Saved::Begun(Begun::LookAgain(self.look_again.clone()))),
        }
    }

    /// What came of it, once its answer is shown.
    pub(super) fn reply(&self) -> Option<&Reply> {
        self.reply.as_ref()
    }

    pub(super) fn is_open(&self) -> bool {
        self.reply.is_none()
    }

    /// Why the first answer to a half was wrong, while it is open.
    pub(super) fn look_again(&self, half: Half) -> Option<&str> {
        let why = self.look_again[half as usize].as_deref();
        why.filter(|_| self.is_open())
    }

    /// Takes the right answer to all of it.
    pub(super) fn right(&mut self) {
        let is_later = self.look_again.iter().any(Option::is_some);
        self.close(if is_later {
            Reply::Later
        } else {
            Reply::AtOnce
        });
    }

    /// Takes a wrong answer to a half: what was said, and why one is to look again.
    pub(super) fn wrong(&mut self, half: Half, said: &str, why: String) {
        if self.look_again(half).is_some() {
            self.close(Reply::Wrong(said.to_owned()));
        } else {
            self.look_again_at(half, why);
        }
    }

    /// Lets one look again, however often it was wrong.
    pub(super) fn look_again_at(&mut self, half: Half, why: String) {
        self.look_again[half as usize] = Some(why);
    }

    /// Shows the answer without one being given.
    pub(super) fn pass(&mut self) {
        self.close(Reply::Passed);
    }

    fn close(&mut self, reply: Reply) {
        self.reply.get_or_insert(reply);
    }

    /// What it adds to the score.
    pub(super) fn score(&self) -> Score {
        let is = |reply: &Reply| usize::from(self.reply.as_ref() == Some(reply));
        let open = usize::from(self.is_open()) + is(&Reply::Passed);
        Score {
            right: is(&Reply::AtOnce),
            later: is(&Reply::Later),
            answered: 1 - open,
            all: 1,
        }
    }
}
