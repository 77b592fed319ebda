//! What is asked that is no matter of prefixes: rows that are put where they belong, each by a rule of its own.
//!
//! A [`ChoosingRow`] is worked out of what is known, as a lesson or a set has it: why an action is granted
//! still ([`evidence`]), what a `NotAction` gets ([`appended`]), whether an entry grants it ([`letters`]), which
//! statement grants it ([`granting`]), what a change of one does ([`change`]), what becomes of a name beside a
//! wildcard ([`beside`]), what the rule says of a prefix ([`visited`]), what takes the place of a wildcard ([`result`]), which entry a cut writes ([`entries`]), which
//! cut serves a purpose ([`cuts`]), and what stays at a length ([`lengths`]). What a finding says is told in one place
//! ([`found`]). Beside each rule stands the [`Case`] that a lesson asks by it, worked out of its [`Matter`].

mod answer;
pub(super) mod appended;
pub(super) mod beside;
mod case;
pub(super) mod change;
mod choosing;
pub(super) mod cuts;
pub(super) mod entries;
pub(super) mod evidence;
mod finding_facts;
pub(super) mod found;
pub(super) mod granting;
pub(super) mod lengths;
pub(super) mod letters;
mod matter;
pub(super) mod result;
mod timeline;
pub(super) mod visited;

pub use answer::{AnswerBy, CaseAnswer, EntryCheck, Fact, Facts};
pub use case::{Case, CasePicture, CaseQuestion};
pub use choosing::{ChoiceRule, Choosing, ChoosingRow};
pub(super) use matter::Matter;
pub use timeline::{FindingMade, Timeline};
