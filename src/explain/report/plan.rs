//! What is to be said of a plan of Terraform, as a person and as a program read it.

use std::fmt;

use serde_json::{Value, json};

use super::VerdictReport;
use crate::catalogue::Catalogue;
use crate::intake::{Answer, JudgedChange, JudgedPlan};
use crate::text::{counted, grouped, some_of};

/// A plan that was judged, and by which actions.
pub struct PlanReport<'a> {
    /// The plan.
    pub plan: &'a JudgedPlan,
    /// The actions that are known.
    pub catalogue: &'a Catalogue,
}

/// How many who have a policy are named.
const NAMED: usize = 5;

impl PlanReport<'_> {
    /// The plan as a JSON object: whether it holds, each policy that it changes with its verdict, other
    /// faults, and notes.
    pub fn to_json(&self) -> Value {
        let policies = self
            .plan
            .policies
            .iter()
            .map(|change| self.change_to_json(change));
        json!({
            "holds": self.plan.holds(),
            "policies": policies.collect::<Vec<Value>>(),
            "faults": self.plan.faults,
            "notes": self.plan.notes,
        })
    }

    fn change_to_json(&self, change: &JudgedChange) -> Value {
        let mut json = json!({
            "address": change.address.raw(),
            "holders": change.holders,
            "nothing_unused": change.nothing_unused,
            "stays": change.stays.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "answer": match &change.answer {
                Answer::Judged(judged) if judged.0.holds() => "holds",
                Answer::Judged(_) => "refuted",
                Answer::KnownAfterApply => "known after apply",
                Answer::Hidden => "hidden",
                Answer::NotRead(_) => "not read",
            },
        });
        if let (Some(report), Some(json)) = (self.verdict(change), json.as_object_mut()) {
            json.insert("verdict".to_owned(), report.to_json());
        }
        json
    }

    fn verdict<'a>(&'a self, change: &'a JudgedChange) -> Option<VerdictReport<'a>> {
        let Answer::Judged(judged) = &change.answer else {
            return None;
        };
        let (verdict, original, refined) = judged.as_ref();
        Some(VerdictReport {
            verdict,
            original,
            refined,
            catalogue: self.catalogue,
        })
    }
}

impl PlanReport<'_> {
    /// What all of it comes to.
    fn fmt_end(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (policies, faults) = (&self.plan.policies, self.plan.faults.len());
        let failing = policies.iter().filter(|one| !one.holds()).count();
        let changed = counted(policies.len(), "policy is changed", "policies are changed");
        if self.plan.holds() {
            return match policies.len() {
                0 => Ok(()),
                _ => writeln!(f, "The plan passes: {changed} as it should be."),
            };
        }
        let failing = grouped(failing);
        let faults = counted(faults, "other fault", "other faults");
        writeln!(
            f,
            "The plan does not pass: {changed}, {failing} of them not as it should be; {faults}."
        )
    }
}

impl fmt::Display for PlanReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.plan.policies {
            write!(f, "{}", change.address)?;
            if !change.holders.is_empty() {
                write!(f, ", of {}", some_of(&change.holders, NAMED))?;
            }
            writeln!(f)?;
            if let Some(why) = &change.nothing_unused {
                writeln!(
                    f,
                    "nothing counts as unused: {}",
                    crate::text::printable(why)
                )?;
            }
            match &change.answer {
                Answer::KnownAfterApply => {
                    writeln!(
                        f,
                        "? its policy is known only after apply, so nobody can judge it"
                    )?;
                }
                Answer::Hidden => writeln!(
                    f,
                    "? its policy is sensitive, and the plan does not show it, so nobody can judge it"
                )?,
                Answer::NotRead(problem) => writeln!(f, "? {problem}")?,
                Answer::Judged(_) => {}
            }
            if let Some(report) = self.verdict(change) {
                write!(f, "{report}")?;
            }
            if !change.stays.is_empty() {
                let count = grouped(change.stays.len());
                let why = change.stays_because.as_str();
                writeln!(f, "note: {count} unused granted as before: {why}")?;
            }
            writeln!(f)?;
        }
        for fault in &self.plan.faults {
            writeln!(f, "✗ {}", crate::text::printable(fault))?;
        }
        if self.plan.policies.is_empty() && self.plan.faults.is_empty() {
            writeln!(f, "The plan changes no policy.")?;
        }
        for note in &self.plan.notes {
            writeln!(f, "note: {}", crate::text::printable(note))?;
        }
        self.fmt_end(f)
    }
}
