//! The decision record: what was decided on which files, by whom and why, what it depended on, and
//! what was proved. It is written to be read by people years later; [`super::SavedDecisions`] is what
//! this program reads of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::exceptions::{ExceptedBecause, Exception};
use super::grounds::{ActionRecord, EntryDecision, Told};
use super::record::{HeldReason, MarkRecord, pattern};
use super::{InIam, MadeRecord, Review, ReviewInput, Written};
use crate::findings::Findings;
use crate::policies::SourceBlock;
use crate::proof::Part;
use crate::refine::Keep;
use crate::text::{Position, Problem, Source, Untrusted, sha256};

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
    /// How many policies that Deny is, where it is several.
    #[serde(skip_serializing_if = "Option::is_none")]
    deny_policies: Option<usize>,
    /// The record that was replayed first, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    replayed: Option<Replayed>,
    principal: Option<Untrusted>,
    /// The ARNs or names of the roles and users who have the policies, where these are of an account or
    /// in the blocks of a root module.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    holders: Vec<Untrusted>,
    finding: FindingRecord,
    /// The findings of all who have the policies, where only what none of them uses goes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    everywhere: Vec<PrincipalRecord>,
    catalogue: Option<Date>,
    /// Patterns that are kept in all wildcards and literals, with the reasons.
    kept: Vec<KeepRecord>,
    policies: Vec<PolicyRecord>,
    /// What becomes of the policies of AWS that are made of those in blocks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    made: Vec<MadeRecord>,
    /// Other policies that stay as they are, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left: Vec<LeftRecord>,
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
    /// The version of the program; none in the record of an older one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Untrusted>,
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
    /// The hash of the `SHA256SUMS` of the folder that it was in, which names that as a whole.
    #[serde(
        default,
        rename = "sha256sums",
        skip_serializing_if = "Option::is_none"
    )]
    pub sums: Option<String>,
    /// Who decided then; none in the first format of records.
    pub decided: Option<Decisions>,
}

/// The finding that was decided on.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingRecord {
    #[serde(flatten)]
    file: Option<FileRecord>,
    /// Where it is what several have in common: these, and no file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FoundIn>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct FileRecord {
    file: Untrusted,
    sha256: String,
}

/// One of several findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct FoundIn {
    #[serde(flatten)]
    file: FileRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Untrusted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<Untrusted>,
}

/// A pattern that is kept everywhere.
#[derive(Clone, Debug, Serialize)]
struct KeepRecord {
    pattern: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Untrusted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Date>,
}

impl KeepRecord {
    fn of(keep: &Keep) -> Self {
        KeepRecord {
            pattern: keep.pattern.to_string(),
            reason: keep.reason.clone(),
            until: keep.until,
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

impl PrincipalRecord {
    fn of(finding: &Findings) -> Self {
        PrincipalRecord {
            principal: finding.principal.clone(),
            finding: FindingRecord::of(finding),
        }
    }
}

/// What is found of those who have policies that are written in blocks, or of all who have the policies.
fn findings_of_holders(input: &ReviewInput) -> impl Iterator<Item = &Findings> {
    let origins = input.policies.iter().map(|policy| &policy.loaded.origin);
    let of_blocks = origins.filter_map(|origin| Some(&origin.block.as_ref()?.findings));
    of_blocks.flatten().chain(&input.everywhere)
}

/// All who have policies that are written in blocks, each once.
fn holders_of_blocks(input: &ReviewInput) -> Vec<Untrusted> {
    let origins = input.policies.iter().map(|policy| &policy.loaded.origin);
    let findings = origins.filter_map(|origin| Some(&origin.block.as_ref()?.findings));
    let mut holders: Vec<Untrusted> = Vec::new();
    for holder in findings.flatten().filter_map(|one| one.principal.clone()) {
        if !holders.contains(&holder) {
            holders.push(holder);
        }
    }
    holders
}

/// One policy and what was decided of its entries.
#[derive(Clone, Debug, Serialize)]
struct PolicyRecord {
    file: Untrusted,
    sha256: String,
    /// What it is in IAM; none of a bare document.
    #[serde(skip_serializing_if = "Option::is_none")]
    iam: Option<InIam>,
    /// The block that it is written in; none of one in a file of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<BlockRecord>,
    /// What it becomes, where that is not the policy itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    becomes: Option<Becomes>,
    /// Set when nobody can tell whether the policy is younger than the days that a report is asked about.
    #[serde(rename = "ageUnknown", skip_serializing_if = "std::ops::Not::not")]
    age_unknown: bool,
    entries: Vec<EntryDecision>,
    /// The other entries that allow something: nothing was proposed for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<OtherEntries>,
    /// What is reported as unused and stays, with the reasons.
    exceptions: Vec<ExceptionRecord>,
    proof: BTreeMap<String, bool>,
}

/// The block that a policy is written in.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct BlockRecord {
    address: Untrusted,
    line: usize,
    /// What is made of it.
    makes: Vec<Untrusted>,
    /// Who has that.
    holders: Vec<Untrusted>,
    /// What is found of each of these.
    findings: Vec<PrincipalRecord>,
    /// What holds of it since the states were said to be complete.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    claims: Vec<Untrusted>,
    /// The blocks that are taken to be as the states have them, since they cannot be read in full.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    as_in_states: Vec<Untrusted>,
    /// What else is to be known of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Untrusted>,
}

impl BlockRecord {
    fn of(block: &SourceBlock) -> Self {
        let untrusted = |names: &[String]| names.iter().map(|name| name.as_str().into()).collect();
        BlockRecord {
            address: block.address.as_str().into(),
            line: block.line,
            makes: untrusted(&block.makes),
            holders: untrusted(&block.holders),
            findings: block.findings.iter().map(PrincipalRecord::of).collect(),
            claims: untrusted(&block.claims),
            as_in_states: untrusted(&block.as_in_states),
            notes: untrusted(&block.notes),
        }
    }
}

/// A policy that stays as it is.
#[derive(Clone, Debug, Serialize)]
struct LeftRecord {
    file: Untrusted,
    #[serde(flatten)]
    place: Option<Position>,
    why: Untrusted,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Untrusted>,
}

impl LeftRecord {
    fn of(left: &Problem) -> Self {
        LeftRecord {
            file: left.source().name().clone(),
            place: left.position(),
            why: left.message().into(),
            help: left.advice().map(Untrusted::from),
        }
    }
}

/// What is made of a policy that stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Becomes {
    /// It stays for others, who have it too, or is AWS's own.
    #[serde(rename = "new policy")]
    NewPolicy,
    /// All of it goes, so it is detached or deleted.
    #[serde(rename = "nothing")]
    Nothing,
}

impl Becomes {
    /// What a policy becomes, where that is not the policy itself.
    fn of(review: &Review, policy: usize) -> Option<Self> {
        let input = review.input();
        let loaded = &input.policies[policy].loaded;
        match review.outcomes()[policy].written {
            Written::Unchanged => None,
            Written::NothingLeft => Some(Becomes::Nothing),
            Written::Changed => {
                let stays = loaded.is_aws_managed() || input.principal.shares(loaded).is_some();
                stays.then_some(Becomes::NewPolicy)
            }
        }
    }
}

/// The entries of a statement that allow something and that nothing was proposed for.
#[derive(Clone, Debug, Serialize)]
struct OtherEntries {
    /// Which statement, from 0.
    statement: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Untrusted>,
    /// As they stand in the policy, or one text for a `NotAction` as a whole.
    entries: Vec<String>,
}

impl OtherEntries {
    /// Those of each statement of a policy.
    fn of(review: &Review, policy: usize) -> Vec<Self> {
        let (input, state) = (review.input(), review.state());
        let undecidable = (state.all_places())
            .filter(|place| place.policy == policy && state.decision(*place).is_none());
        let mut others: Vec<OtherEntries> = Vec::new();
        for place in undecidable {
            let entry = pattern(input, state, place);
            match others.last_mut() {
                Some(last) if last.statement == place.statement => last.entries.push(entry),
                _ => others.push(OtherEntries {
                    statement: place.statement,
                    sid: input.statement(place).sid().map(Untrusted::from),
                    entries: vec![entry],
                }),
            }
        }
        others
    }
}

/// An action that stays although it is reported.
#[derive(Clone, Debug, Serialize)]
struct ExceptionRecord {
    #[serde(flatten)]
    action: ActionRecord,
    #[serde(flatten)]
    because: BecauseRecord,
}

/// Why an action stays although it is reported. Which of these a plan is excused by, `saved` tells by their
/// names.
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
    #[serde(rename = "not edited where it is written")]
    NotEdited { reason: Untrusted },
    #[serde(rename = "service not in the catalogue")]
    UnknownService,
    #[serde(rename = "perhaps used by others who have the policy")]
    UsedByOthers { others: Vec<Untrusted> },
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
            deny_policies: None,
            replayed,
            principal: input.principal.name.clone(),
            holders: holders_of_blocks(input),
            finding: FindingRecord::of_all(findings_of_holders(input), &input.findings),
            everywhere: (input.everywhere.iter()).map(PrincipalRecord::of).collect(),
            catalogue: input.universe.catalogue.date(),
            kept: input.options.keeps.iter().map(KeepRecord::of).collect(),
            policies: (0..input.policies.len())
                .map(|policy| PolicyRecord::of(review, policy, &mut told))
                .collect(),
            made: review.made(),
            left: input.left.iter().map(LeftRecord::of).collect(),
        }
    }

    /// The same, of a policy that these roles and users have, where `in_common` is what their `findings` have so.
    #[must_use]
    pub fn held_by<'f>(
        self,
        holders: Vec<Untrusted>,
        findings: impl Iterator<Item = &'f Findings>,
        in_common: &Findings,
    ) -> Self {
        DecisionRecord {
            holders,
            finding: FindingRecord::of_all(findings, in_common),
            ..self
        }
    }
}

impl DecisionRecord {
    /// The same of a run that wrote what goes as so many Deny policies, in place of narrowed ones.
    #[must_use]
    pub fn as_deny(self, policies: usize) -> Self {
        DecisionRecord {
            as_deny: true,
            deny_policies: (policies > 1).then_some(policies),
            ..self
        }
    }
}

impl FindingRecord {
    /// The finding that was decided on, or what those have `in_common` that are about whoever has the policies.
    fn of_all<'f>(findings: impl Iterator<Item = &'f Findings>, in_common: &Findings) -> Self {
        let mut all: Vec<&Findings> = Vec::new();
        let mut files: Vec<FoundIn> = Vec::new();
        for finding in findings {
            if all.contains(&finding) {
                continue;
            }
            all.push(finding);
            let found = FoundIn {
                file: FileRecord::of(&finding.source),
                id: finding.id.clone(),
                principal: finding.principal.clone(),
            };
            if !files.contains(&found) {
                files.push(found);
            }
        }
        match all.as_slice() {
            [] => FindingRecord::of(in_common),
            [only] => FindingRecord::of(only),
            _ => FindingRecord {
                file: None,
                files,
                ..FindingRecord::of(in_common)
            },
        }
    }

    fn of(findings: &Findings) -> Self {
        let files = |sources: &[Source]| sources.iter().map(FileRecord::of).collect();
        FindingRecord {
            file: Some(FileRecord::of(&findings.source)),
            files: Vec::new(),
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
        let (outcome, loaded) = (&review.outcomes()[policy], &input.policies[policy].loaded);
        let places = state.places_of(policy);
        let places = places.filter(|&place| state.decision(place).is_some());
        PolicyRecord {
            file: source.name().clone(),
            sha256: hash_of(source),
            iam: InIam::of(loaded, &input.principal),
            block: loaded.origin.block.as_deref().map(BlockRecord::of),
            becomes: Becomes::of(review, policy),
            age_unknown: input.is_of_unknown_age(policy),
            entries: places
                .map(|place| EntryDecision::of(review, place, told))
                .collect(),
            others: OtherEntries::of(review, policy),
            exceptions: (review.exceptions(policy).into_iter())
                .map(|exception| ExceptionRecord::of(input, policy, exception))
                .collect(),
            proof: (Part::ALL.iter())
                .map(|&part| (part.to_string(), outcome.proved.part_holds(part)))
                .collect(),
        }
    }
}

impl ExceptionRecord {
    fn of(input: &ReviewInput, policy: usize, exception: Exception) -> Self {
        ExceptionRecord {
            action: ActionRecord::of(input, policy, &exception.action),
            because: match exception.because {
                ExceptedBecause::Young(changed) => BecauseRecord::Young { changed },
                ExceptedBecause::Rejected(reason) => BecauseRecord::Rejected { reason },
                ExceptedBecause::Kept(keep) => BecauseRecord::Kept(KeepRecord::of(&keep)),
                ExceptedBecause::Marked(mark) => BecauseRecord::Marked(MarkRecord::new(&mark)),
                ExceptedBecause::Held(because) => BecauseRecord::Held(HeldReason::of(&because)),
                ExceptedBecause::Undecided => BecauseRecord::Undecided,
                ExceptedBecause::NotEdited(reason) => BecauseRecord::NotEdited { reason },
                ExceptedBecause::UnknownService => BecauseRecord::UnknownService,
                ExceptedBecause::UsedByOthers(others) => BecauseRecord::UsedByOthers {
                    others: others.iter().map(|name| name.as_str().into()).collect(),
                },
                ExceptedBecause::Otherwise => BecauseRecord::Otherwise,
            },
        }
    }
}

pub(super) fn hash_of(source: &Source) -> String {
    sha256(&source.original())
}
