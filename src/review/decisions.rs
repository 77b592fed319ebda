//! The decision record: what was decided on which files, by whom and why, what it depended on, and
//! what was proved. It is written to be read by people years later; [`super::SavedDecisions`] is what
//! this program reads of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::exceptions::{ExceptedBecause, Exception};
use super::grounds::{ActionRecord, EntryDecision, Told};
use super::record::{HeldReason, MarkRecord};
use super::{Review, ReviewInput};
use crate::findings::Findings;
use crate::proof::Part;
use crate::refine::Keep;
use crate::text::{Source, Untrusted, sha256};

/// What a record says it is. The number grows when older programs could not read a newer record.
pub(super) const FORMAT: &str = "iam-refine decisions 2";

/// All decisions of a review, with the inputs that they depend on. Written as JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionRecord {
    format: &'static str,
    decided: Decisions,
    /// Whether what goes was written as a Deny beside the policies, which stay as they are.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    as_deny: bool,
    /// The record that was replayed first, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    replayed: Option<Replayed>,
    principal: Option<Untrusted>,
    finding: FindingRecord,
    /// The findings of all who have the policies, where only what none of them uses goes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    everywhere: Vec<PrincipalRecord>,
    catalogue: Option<Date>,
    /// Patterns that are kept in all wildcards and literals, with the reasons.
    kept: Vec<KeepRecord>,
    policies: Vec<PolicyRecord>,
}

/// By whom, with what and when it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decisions {
    /// The login name of whoever ran the program; none where that is not known.
    pub by: Option<Untrusted>,
    /// The command.
    pub with: DecidedWith,
    /// When the record was made.
    pub at: Timestamp,
}

/// The command by which it was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecidedWith {
    /// `iam-refine review`: a person decided on each proposal.
    Review,
    /// `iam-refine refine`: all proposals were accepted, or a record was replayed.
    Refine,
}

/// A record whose decisions were done again before others were made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// The file of the record.
    pub file: Untrusted,
    /// The hash of that file.
    pub sha256: String,
    /// Who decided then; none in the first format of records.
    pub decided: Option<Decisions>,
}

/// The finding that was decided on.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingRecord {
    file: Untrusted,
    sha256: String,
    id: Option<Untrusted>,
    analyzed_at: Option<Timestamp>,
    /// Its further pages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_pages: Vec<FileRecord>,
    /// The last-accessed reports beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reports: Vec<FileRecord>,
}

/// A file that was read.
#[derive(Clone, Debug, Serialize)]
struct FileRecord {
    file: Untrusted,
    sha256: String,
}

/// A pattern that is kept everywhere.
#[derive(Clone, Debug, Serialize)]
struct KeepRecord {
    pattern: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Untrusted>,
}

impl KeepRecord {
    fn of(keep: &Keep) -> Self {
        KeepRecord {
            pattern: keep.pattern.to_string(),
            reason: keep.reason.clone(),
        }
    }
}

/// One of those who have the policies, and what was found of it.
#[derive(Clone, Debug, Serialize)]
struct PrincipalRecord {
    principal: Option<Untrusted>,
    #[serde(flatten)]
    finding: FindingRecord,
}

/// One policy and what was decided of its entries.
#[derive(Clone, Debug, Serialize)]
struct PolicyRecord {
    file: Untrusted,
    sha256: String,
    entries: Vec<EntryDecision>,
    /// What is reported as unused and stays, with the reasons.
    exceptions: Vec<ExceptionRecord>,
    proof: BTreeMap<String, bool>,
}

/// An action that stays although it is reported.
#[derive(Clone, Debug, Serialize)]
struct ExceptionRecord {
    #[serde(flatten)]
    action: ActionRecord,
    #[serde(flatten)]
    because: BecauseRecord,
}

/// Why an action stays although it is reported.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "because")]
enum BecauseRecord {
    #[serde(rename = "policy too young")]
    Young { changed: Timestamp },
    #[serde(rename = "rejected")]
    Rejected {
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<Untrusted>,
    },
    #[serde(rename = "kept everywhere")]
    Kept(KeepRecord),
    #[serde(rename = "marked")]
    Marked(MarkRecord),
    #[serde(rename = "held back")]
    Held(HeldReason),
    #[serde(rename = "undecided")]
    Undecided,
    #[serde(rename = "service not in the catalogue")]
    UnknownService,
    #[serde(rename = "granted by what is not narrowed")]
    Otherwise,
}

impl DecisionRecord {
    /// Records a review as it is now: who decided, and which record was replayed before.
    pub fn of(review: &Review, decided: Decisions, replayed: Option<Replayed>) -> Self {
        let input = review.input();
        let mut told = Told::default();
        DecisionRecord {
            format: FORMAT,
            decided,
            as_deny: false,
            replayed,
            principal: input.principal.name.clone(),
            finding: FindingRecord::of(&input.findings),
            everywhere: (input.everywhere.iter())
                .map(|finding| PrincipalRecord {
                    principal: finding.principal.clone(),
                    finding: FindingRecord::of(finding),
                })
                .collect(),
            catalogue: input.universe.catalogue.date(),
            kept: input.options.keeps.iter().map(KeepRecord::of).collect(),
            policies: (0..input.policies.len())
                .map(|policy| PolicyRecord::of(review, policy, &mut told))
                .collect(),
        }
    }
}

impl DecisionRecord {
    /// The same of a run that wrote what goes as a Deny, in place of narrowed policies.
    #[must_use]
    pub fn as_deny(self) -> Self {
        DecisionRecord {
            as_deny: true,
            ..self
        }
    }
}

impl FindingRecord {
    fn of(findings: &Findings) -> Self {
        let files = |sources: &[Source]| sources.iter().map(FileRecord::of).collect();
        FindingRecord {
            file: findings.source.name().clone(),
            sha256: hash_of(&findings.source),
            id: findings.id.clone(),
            analyzed_at: findings.analyzed_at,
            other_pages: files(&findings.other_pages),
            reports: files(&findings.reports),
        }
    }
}

impl FileRecord {
    fn of(source: &Source) -> Self {
        FileRecord {
            file: source.name().clone(),
            sha256: hash_of(source),
        }
    }
}

impl PolicyRecord {
    fn of(review: &Review, policy: usize, told: &mut Told) -> Self {
        let (input, state) = (review.input(), review.state());
        let source = input.document(policy).source();
        let proved = &review.outcomes()[policy].proved;
        let places = state.places().filter(|place| place.policy == policy);
        PolicyRecord {
            file: source.name().clone(),
            sha256: hash_of(source),
            entries: places
                .map(|place| EntryDecision::of(review, place, told))
                .collect(),
            exceptions: (review.exceptions(policy).into_iter())
                .map(|exception| ExceptionRecord::of(input, exception))
                .collect(),
            proof: (Part::ALL.iter())
                .map(|&part| (part.to_string(), proved.part_holds(part)))
                .collect(),
        }
    }
}

impl ExceptionRecord {
    fn of(input: &ReviewInput, exception: Exception) -> Self {
        ExceptionRecord {
            action: ActionRecord::of(input, &input.universe, &exception.action),
            because: match exception.because {
                ExceptedBecause::Young(changed) => BecauseRecord::Young { changed },
                ExceptedBecause::Rejected(reason) => BecauseRecord::Rejected { reason },
                ExceptedBecause::Kept(keep) => BecauseRecord::Kept(KeepRecord::of(&keep)),
                ExceptedBecause::Marked(mark) => BecauseRecord::Marked(MarkRecord::new(&mark)),
                ExceptedBecause::Held(because) => BecauseRecord::Held(HeldReason::of(&because)),
                ExceptedBecause::Undecided => BecauseRecord::Undecided,
                ExceptedBecause::UnknownService => BecauseRecord::UnknownService,
                ExceptedBecause::Otherwise => BecauseRecord::Otherwise,
            },
        }
    }
}

pub(super) fn hash_of(source: &Source) -> String {
    sha256(&source.original())
}
