//! A walk as JSON, for other programs.

use serde::Serialize;

use super::explanation::Explanation;
use super::rule::RuleLine;
use crate::refine::{Emitted, EntryOutcome, NodeId, Safety, Trie};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WalkJson {
    pattern: String,
    outcome: &'static str,
    why: String,
    findings: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    catalogue: Option<String>,
    granularity: &'static str,
    stays: usize,
    goes: usize,
    result: Vec<NewEntry>,
    left_out: Vec<Covered>,
    rule: [&'static str; RuleLine::ALL.len()],
    steps: Vec<StepJson>,
}

#[derive(Serialize)]
struct NewEntry {
    entry: String,
    grants: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Covered {
    entry: String,
    covered_by: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StepJson {
    step: usize,
    prefix: String,
    depth: usize,
    verdict: &'static str,
    stays: usize,
    goes: usize,
    /// Which line of the rule, from 1.
    rule_line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    sentence: String,
    emits: Vec<String>,
}

impl Explanation {
    /// The walk as one JSON object, or one step of it: then `result` is what the steps up to it
    /// emit. Panics when there is no such step.
    pub fn json(&self, only: Option<usize>) -> String {
        let count = self.walk.steps().len();
        let steps = match only {
            Some(step) => step..step + 1,
            None => 0..count,
        };
        let plan = self.walk.plan();
        let walk = WalkJson {
            pattern: plan.old.to_string(),
            outcome: match plan.outcome {
                EntryOutcome::Stays(_) => "unchanged",
                EntryOutcome::Goes(_) => "removed",
                EntryOutcome::Narrowed(_) => "narrowed",
            },
            why: self.outcome(),
            findings: self.findings.clone(),
            catalogue: self.catalogue.map(|date| date.to_string()),
            granularity: self.walk.trie().granularity().as_str(),
            stays: plan.stays,
            goes: plan.goes,
            result: (self.walk.result_after(steps.end).into_iter())
                .map(new_entry)
                .collect(),
            left_out: (self.walk.left_out().iter())
                .map(|out| Covered {
                    entry: out.entry.to_string(),
                    covered_by: out.covered_by.to_string(),
                })
                .collect(),
            rule: RuleLine::ALL.map(|line| line.in_walk_of(&self.walk.plan().old)),
            steps: steps.map(|step| self.step_json(step)).collect(),
        };
        serde_json::to_string_pretty(&walk).unwrap_or_default()
    }

    fn step_json(&self, step: usize) -> StepJson {
        let trie = self.walk.trie();
        let id = self.walk.steps()[step].node;
        let node = trie.node(id);
        let narration = self.walk.narration(step);
        StepJson {
            step: step + 1,
            prefix: trie.prefix(id).to_string(),
            depth: depth(trie, id),
            verdict: match node.safety {
                Safety::Safe => "safe",
                Safety::Split => "split",
                Safety::Whole => "whole",
                Safety::WithinWhole => "within whole",
                Safety::Unsafe => "unsafe",
                Safety::AllUnused => "all unused",
                Safety::Unlisted => "unlisted",
            },
            stays: node.stays,
            goes: node.goes,
            rule_line: narration.line as usize + 1,
            decided_by: narration.deciding.map(|action| action.to_string()),
            sentence: narration.sentence,
            emits: (self.walk.emitted_at(step).iter())
                .map(|new| new.entry.to_string())
                .collect(),
        }
    }
}

fn new_entry(new: &Emitted) -> NewEntry {
    NewEntry {
        entry: new.entry.to_string(),
        grants: new.grants,
    }
}

fn depth(trie: &Trie, id: NodeId) -> usize {
    std::iter::successors(trie.node(id).parent, |&above| trie.node(above).parent).count()
}
