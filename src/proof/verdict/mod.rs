//! A verdict on anyone's refined policy: AWS's own, another tool's, one edited by hand.
//!
//! Nothing is known of how it was made, so the two policies are compared as values, by the parts of
//! the proof. Statements may have been dropped, merged, split or reordered: those that are equal in
//! all but their actions and their `Sid` are judged together ([`correspondence`]), as what they
//! grant together ([`language`]). A statement that corresponds to none is compared with all that
//! the original policy allows.
//!
//! That a wildcard could be shorter is advice, and refutes nothing.

mod comparison;
mod correspondence;
mod decided;
mod deny;
mod effort;
mod language;
mod pairs;
mod parts;
mod shorter;

use std::collections::BTreeSet;
use std::fmt;

pub use comparison::{Apart, Compared, Comparison, Relation};
pub use decided::{DecidedStatement, say_the_same, unlike_decided};
pub use pairs::{Unpaired, unpaired};

use super::{Knowledge, Part};
use crate::iam::{Action, ActionPattern, Policy};
use crate::refine::Curation;

/// What is wrong with a refined policy, and what else is worth knowing of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What refutes a part, in the order of the parts.
    pub objections: Vec<Objection>,
    /// Wildcards that could be shorter.
    pub advice: Vec<Objection>,
    /// Unused actions that the original allows and the refined policy does not.
    pub gone: BTreeSet<Action>,
    /// Unused actions that stay as they were asked to.
    pub kept: BTreeSet<Action>,
    /// Unused actions that stay since they were used within the window after all.
    pub held: BTreeSet<Action>,
    /// Unused actions that stay granted and are not held against the policy: the catalogue does
    /// not have their service, or a `NotAction` that was left as it was grants them.
    pub excepted: BTreeSet<Action>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// The part of the proof that it refutes.
    pub part: Part,
    /// What is wrong, in a sentence.
    pub what: String,
    /// Where; none for what is about a policy as a whole.
    pub spot: Option<Spot>,
    /// The entry at that place, if it is one entry's fault.
    pub entry: Option<ActionPattern>,
    /// Actions that show it, the known ones in order. For what no known action shows, a made-up
    /// name.
    pub witnesses: Vec<Action>,
}

/// A place in one of the two policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// The policy that the statement is in.
    pub side: Side,
    /// The place of the statement in it, from 0.
    pub statement: usize,
    /// The place of the entry in its `Action` or `NotAction`, from 0.
    pub entry: Option<usize>,
}

/// One of the two policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The policy as it was.
    Original,
    /// The policy that is judged.
    Refined,
}

impl Verdict {
    /// Adds what is wrong with the policy as a whole.
    pub fn object(&mut self, part: Part, what: &str) {
        self.objections.push(Objection::new(part, what));
    }

    /// Whether nothing was found that refutes the refined policy; advice does not count.
    pub fn holds(&self) -> bool {
        self.objections.is_empty()
    }

    /// Whether no objection is about this part of the proof.
    pub fn part_holds(&self, part: Part) -> bool {
        self.objections
            .iter()
            .all(|objection| objection.part != part)
    }
}

impl Objection {
    fn new(part: Part, what: impl Into<String>) -> Self {
        Objection {
            part,
            what: what.into(),
            spot: None,
            entry: None,
            witnesses: Vec::new(),
        }
    }

    fn at(mut self, side: Side, statement: usize) -> Self {
        self.spot = Some(Spot {
            side,
            statement,
            entry: None,
        });
        self
    }

    fn at_spot(mut self, spot: Spot, policy: &Policy) -> Self {
        let entries = policy.statements[spot.statement].actions.entries();
        self.entry = spot.entry.map(|entry| entries[entry].clone());
        self.spot = Some(spot);
        self
    }

    fn shown_by(mut self, witnesses: impl IntoIterator<Item = Action>) -> Self {
        self.witnesses.extend(witnesses);
        self
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Side::Original => "original",
            Side::Refined => "refined",
        })
    }
}

/// Judges `refined`, which is said to be `original` without what is unused.
///
/// `knowledge` is that of both policies; `curation` tells the unused actions that are meant to stay;
/// it has no marks, since the policy may have been refined elsewhere.
///
/// ```
/// use iam_refine::catalogue::Catalogue;
/// use iam_refine::document::Document;
/// use iam_refine::text::Source;
/// use iam_refine::findings::UnusedActions;
/// use iam_refine::proof::{Knowledge, Part, judge};
/// use iam_refine::refine::Curation;
/// let read = |actions: &str| {
///     let text = format!(r#"{{"Statement": {{"Effect": "Allow", "Action": {actions}}}}}"#);
///     Document::parse(Source::from_text("policy.json", &text))
/// };
/// let original = read(r#""sqs:*Message""#)?;
/// let refined = read(r#"["sqs:SendMessage", "sqs:Delete*"]"#)?;
/// let mut unused = UnusedActions::default();
/// unused.add("sqs:ReceiveMessage".parse().unwrap(), None);
/// let catalogue = Catalogue::built_in();
/// let both = [original.policy(), refined.policy()];
/// let knowledge = Knowledge::new(&catalogue, &unused, both);
///
/// let verdict = judge(original.policy(), refined.policy(), &knowledge, Curation::NONE);
/// assert!(verdict.part_holds(Part::UnusedGone));
/// let added = &verdict.objections[0];
/// assert_eq!(added.part, Part::NothingAdded);
/// assert_eq!(added.witnesses[0].to_string(), "sqs:DeleteQueue");
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
pub fn judge(
    original: &Policy,
    refined: &Policy,
    knowledge: &Knowledge<'_>,
    curation: Curation<'_>,
) -> Verdict {
    parts::Judge::new(original, refined, knowledge, curation).verdict()
}
