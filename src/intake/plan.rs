//! What Terraform would do with policies, and the findings, to be judged.

use std::path::Path;
use std::sync::Arc;

use super::account::{GatheredFindings, in_folders};
use super::file::{Begun, begin};
use super::sources::joined;
use super::{Given, Intake, IntakeOptions, Reading, each_once};
use crate::document::Document;
use crate::findings::{Findings, UnusedActions, UsedActions};
use crate::iam::Policy;
use crate::proof::{Knowledge, Verdict, judge};
use crate::refine::HeldBack;
use crate::sources::{
    Kind, Live, LivePolicy, PlacedFindings, PlannedAction, PlannedChange, TerraformPlan, Unused,
    read_plan,
};
use crate::text::{Error, Problem, Source, Untrusted, counted, list};

/// A file that is a plan of Terraform, or something else.
pub enum PlanOrOther {
    /// What `terraform show -json` prints of a plan.
    Plan(TerraformPlan),
    /// Something else.
    Other(Given),
}

impl PlanOrOther {
    /// Reads a file, and all of it where it is a plan.
    ///
    /// # Errors
    /// It cannot be read, or is a state and no plan.
    pub fn read(path: &Path) -> Result<Self, Error> {
        if path.is_dir() {
            return Ok(PlanOrOther::Other(path.into()));
        }
        Ok(match begin(path)? {
            Begun::Terraform(name, text) => PlanOrOther::Plan(read_plan(&name, text)?),
            Begun::Other(source) => PlanOrOther::Other(source.into()),
        })
    }
}

/// What a plan does with policies, judged by findings.
#[derive(Debug)]
pub struct JudgedPlan {
    /// The policies that it changes.
    pub policies: Vec<JudgedChange>,
    /// What else it does with the access of roles, users and groups, which nothing here asks for.
    pub faults: Vec<String>,
    /// What else is to be known of it.
    pub notes: Vec<String>,
    /// What is to be reported of the files.
    pub problems: Vec<Problem>,
}

/// A policy that a plan changes.
#[derive(Debug)]
pub struct JudgedChange {
    /// What Terraform calls it.
    pub address: Untrusted,
    /// Who has it, as `role Deployer`.
    pub holders: Vec<String>,
    /// Why nothing counts as unused of it, where that is so.
    pub nothing_unused: Option<String>,
    /// What is to be said of the change.
    pub answer: Answer,
}

/// What is to be said of a change.
#[derive(Debug)]
pub enum Answer {
    /// This verdict, with the policy before and after. Of one that is deleted the second is the first.
    Judged(Box<(Verdict, Document, Document)>),
    /// What it becomes is known only when it is applied.
    KnownAfterApply,
    /// It is no policy that can be read.
    NotRead(Problem),
}

impl JudgedPlan {
    /// Whether the plan takes away what is unused and does nothing else, as far as that is known.
    pub fn holds(&self) -> bool {
        let holds = |change: &JudgedChange| match &change.answer {
            Answer::Judged(judged) => judged.0.holds(),
            Answer::KnownAfterApply | Answer::NotRead(_) => false,
        };
        self.faults.is_empty() && self.policies.iter().all(holds)
    }
}

impl Intake {
    /// Reads all that was given as findings, of several principals too, and judges what a plan does with
    /// policies.
    ///
    /// # Errors
    /// What is wrong with any of the files, all together; no findings among them.
    pub fn judge_plan(self, plan: &TerraformPlan) -> Result<JudgedPlan, Error> {
        let options = self.options;
        each_once(&self.given)?;
        let mut reading = Reading::default();
        let (files, mut problems) = in_folders(self.given)?;
        let mut gathered = GatheredFindings::default();
        for file in &files {
            gathered.add(file, options.unused_for, &mut reading);
        }
        problems.extend(gathered.notes(&mut reading));
        reading.finish()?;
        let findings = joined(gathered, &options, &mut problems)?;
        let live = Live::of(std::slice::from_ref(&plan.state), &[]);
        let placed = live.place(findings);
        problems.extend(placed.strangers.iter().cloned());
        let mut judged = JudgedPlan {
            policies: Vec::new(),
            faults: Vec::new(),
            notes: Vec::new(),
            problems,
        };
        let judge = Judge {
            live: &live,
            placed: &placed,
            options: &options,
        };
        for change in &plan.changes {
            judge.add(change, &mut judged);
        }
        judged.notes.extend(other_changes(plan));
        Ok(judged)
    }
}

/// What is done with resources that are none of IAM, in a sentence.
fn other_changes(plan: &TerraformPlan) -> Vec<String> {
    let mut notes = Vec::new();
    let others = plan.others.iter();
    let others = others.map(|(what, count)| format!("{} {what}", counted(*count, "is", "are")));
    let others: Vec<String> = others.collect();
    if !others.is_empty() {
        notes.push(format!("of other resources {}", list(&others)));
    }
    if !plan.is_complete {
        notes.push(
            "the plan is not all that Terraform would do: a part is deferred or left out"
                .to_owned(),
        );
    }
    notes
}

struct Judge<'a> {
    live: &'a Live,
    placed: &'a PlacedFindings,
    options: &'a IntakeOptions,
}

/// What is unused and used of a policy by all who have it.
#[derive(Default)]
struct Use {
    unused: Arc<UnusedActions>,
    used: Arc<UsedActions>,
    held: HeldBack,
    /// Why nothing counts as unused.
    nothing_because: Option<String>,
}

impl Judge<'_> {
    fn add(&self, change: &PlannedChange, judged: &mut JudgedPlan) {
        use PlannedAction::{Create, Delete, Forget, Nothing, Replace, Unknown, Update};
        let address = &change.address;
        let done = change.action.as_str();
        match (change.kind, change.action) {
            (Kind::RolePolicy | Kind::UserPolicy | Kind::GroupPolicy | Kind::Policy, action) => {
                match action {
                    Nothing => judged.notes.extend(self.unchanged(change)),
                    Update | Delete => judged.policies.push(self.changed(change)),
                    Create | Forget => judged.notes.push(format!("{address} is {done}")),
                    Replace | Unknown => judged
                        .faults
                        .push(format!("{address} is {done}, and meanwhile nobody has it")),
                }
            }
            (_, Nothing) => {}
            (Kind::Attachment, action) if action != Create => judged.faults.push(format!(
                "{address} is {done}: somebody loses what it attaches, or gets it"
            )),
            (Kind::Role | Kind::User | Kind::Group, Delete | Replace | Unknown) => {
                judged.faults.push(format!("{address} is {done}"));
            }
            (_, Update) if change.changes_own_access() => judged.faults.push(format!(
                "{address} is {done}: its own inline_policy, managed_policy_arns or \
                 permissions_boundary change, which is not judged"
            )),
            _ => judged.notes.push(format!("{address} is {done}")),
        }
    }

    /// What stays granted of a policy that does not change, if something could go.
    fn unchanged(&self, change: &PlannedChange) -> Option<String> {
        let before = change.before.attributes.policy.as_deref()?;
        let before =
            Document::parse(Source::from_text(&change.address.to_string(), before)).ok()?;
        let unused = self.use_of(self.live_policy(change));
        let verdict = self.judge(before.policy(), before.policy(), &unused);
        let mut witnesses: Vec<String> = verdict
            .objections
            .iter()
            .flat_map(|one| one.witnesses.iter().map(ToString::to_string))
            .collect();
        witnesses.sort();
        witnesses.dedup();
        let count = counted(
            witnesses.len(),
            "unused action stays",
            "unused actions stay",
        );
        (!witnesses.is_empty())
            .then(|| format!("{} is not changed: {count} granted", change.address))
    }

    fn changed(&self, change: &PlannedChange) -> JudgedChange {
        let policy = self.live_policy(change);
        let unused = self.use_of(policy);
        let holders = policy.into_iter().flat_map(|policy| &policy.holders);
        let holders = holders.map(|&holder| self.live.principals[holder].owner.to_string());
        JudgedChange {
            address: change.address.clone(),
            holders: holders.collect(),
            answer: self.answer(change, &unused).unwrap_or_else(Answer::NotRead),
            nothing_unused: unused.nothing_because,
        }
    }

    fn answer(&self, change: &PlannedChange, unused: &Use) -> Result<Answer, Problem> {
        if change.policy_is_unknown && change.action != PlannedAction::Delete {
            return Ok(Answer::KnownAfterApply);
        }
        let read = |policy: &Option<String>, when: &str| {
            let name = format!("{} {when}", change.address);
            let source = Source::from_text(&name, policy.as_deref().unwrap_or_default());
            Document::parse(source.clone()).map_err(|problems| {
                let first = problems.0.into_iter().next();
                first.unwrap_or_else(|| source.error("this is no policy"))
            })
        };
        let before = read(&change.before.attributes.policy, "before")?;
        let (verdict, after) = if change.action == PlannedAction::Delete {
            let nothing = Policy {
                elements: before.policy().elements.clone(),
                statements: Vec::new(),
            };
            (
                self.judge(before.policy(), &nothing, unused),
                before.clone(),
            )
        } else {
            let after = read(&change.after.attributes.policy, "after")?;
            (self.judge(before.policy(), after.policy(), unused), after)
        };
        Ok(Answer::Judged(Box::new((verdict, before, after))))
    }

    fn judge(&self, before: &Policy, after: &Policy, of: &Use) -> Verdict {
        let refine = &self.options.refine;
        let knowledge = Knowledge::new(&self.options.catalogue, &of.unused, [before, after])
            .with_kept(&refine.keeps)
            .with_used(&of.used);
        judge(before, after, &knowledge, refine.curation(&[], &of.held))
    }

    fn live_policy(&self, change: &PlannedChange) -> Option<&LivePolicy> {
        let mut policies = self.live.policies.iter();
        policies.find(|policy| policy.address.text == change.address)
    }

    fn use_of(&self, policy: Option<&LivePolicy>) -> Use {
        let nothing = |why: String| Use {
            nothing_because: Some(why),
            ..Use::default()
        };
        let Some(policy) = policy else {
            return nothing("the plan does not tell who has it".to_owned());
        };
        if !policy.blockers.is_empty() {
            return nothing(list(&policy.blockers));
        }
        match self.live.unused_by_all(&policy.holders, self.placed) {
            Unused::NotConcerned => nothing("no finding is about who has it".to_owned()),
            Unused::Unknown(why, _) => nothing(why),
            Unused::ByAll(findings) => Use::of(&findings),
        }
    }
}

impl Use {
    fn of(findings: &Findings) -> Self {
        Use {
            unused: Arc::clone(&findings.unused),
            used: Arc::clone(&findings.used),
            held: HeldBack::used(&findings.recently_used),
            nothing_because: None,
        }
    }
}
