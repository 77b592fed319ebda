//! Practice: sets that nobody has seen, of real names, to be refined by hand.
//!
//! A [`Practice`] deals one [`PracticeSet`] after the other; a seed tells the whole set, so that several
//! people can do the same one. What is written ([`Writing`]) is compared with the engine's result entry by entry
//! ([`Judgement`]), and can be tried again before that is shown ([`Attempt`]). Of what is no matter of entries the
//! rows of a [`Choosing`](super::Choosing) are put where they belong.

mod attempt;
mod beside;
mod closing_test;
mod cuts;
mod deal;
mod deal_statement;
mod dice;
mod entry_score;
mod evidence;
mod extending;
mod granting;
mod judge;
mod judge_statement;
mod lengths;
mod mistakes;
mod not_action;
mod playground;
mod refining;
mod saved_test;
mod seed;
mod session;
mod subject;
mod tally;
mod trap;
mod turns;
mod whole_statement;
mod writing;

pub use attempt::{Attempt, ChosenRows, Exercise, Hinted, PracticeStage, WrittenEntries};
pub use closing_test::{ClosingTest, TestPart};
pub use entry_score::{EntryScore, TimedScore};
pub use extending::Extending;
pub use judge::{Judgement, Miss, MissKind};
pub use mistakes::Mistakes;
pub use playground::Playground;
pub(super) use refining::Lot;
pub use refining::Refining;
pub use saved_test::{SavedTest, TestProgress};
pub use seed::Seed;
pub use session::{Practice, PracticeSet, Sets};
pub use subject::{Level, Subject};
pub use tally::Tally;
pub use trap::Trap;
pub use whole_statement::WholeStatement;
pub use writing::Writing;
