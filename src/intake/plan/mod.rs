//! What Terraform would do with policies, and the findings, to be judged.

mod changes;
mod policy;
mod recorded;
mod shared;
mod trust;

use std::collections::BTreeSet;
use std::path::Path;

use super::beside::{Beside, ReadBeside};
use super::file::{Begun, begin};
use super::{Given, Intake, IntakeOptions, Reading, each_once, kept};
use crate::document::Document;
use crate::iam::Action;
use crate::proof::Verdict;
use crate::review::{MadeRecord, SavedDecisions};
use crate::sources::{Live, MadeBy, PlacedFindings, PlannedAction, TerraformPlan, read_plan};
use crate::text::{Error, Problem, Source, Untrusted};
use policy::KnownPolicy;
use recorded::{Records, is_of_another_root, records_of};

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
    /// What else it does with who may do what, which no finding asks for.
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
    /// What is unused and stays, as it should.
    pub stays: BTreeSet<Action>,
    /// Why.
    pub stays_because: StaysBecause,
    /// What is to be said of the change.
    pub answer: Answer,
}

/// Why what is unused stays as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaysBecause {
    /// A record says so.
    Recorded,
    /// It stands in a document that others have too, who use it.
    UsedByOthers,
}

impl StaysBecause {
    /// In a sentence.
    pub fn as_str(self) -> &'static str {
        match self {
            StaysBecause::Recorded => "the record says so",
            StaysBecause::UsedByOthers => "others use it, who have the same document",
        }
    }
}

/// What is to be said of a change.
#[derive(Debug)]
pub enum Answer {
    /// This verdict, with the policy before and after. Of one that is deleted the second is the first.
    Judged(Box<(Verdict, Document, Document)>),
    /// What it becomes is known only when it is applied.
    KnownAfterApply,
    /// It is sensitive, and the plan does not show it.
    Hidden,
    /// It is no policy that can be read.
    NotRead(Problem),
}

impl JudgedPlan {
    /// Whether the plan takes away what is unused and does nothing else, as far as that is known.
    pub fn holds(&self) -> bool {
        self.faults.is_empty() && self.policies.iter().all(JudgedChange::holds)
    }
}

impl JudgedChange {
    /// Whether what is unused is taken away, and nothing else.
    pub fn holds(&self) -> bool {
        match &self.answer {
            Answer::Judged(judged) => judged.0.holds(),
            Answer::KnownAfterApply | Answer::Hidden | Answer::NotRead(_) => false,
        }
    }
}

impl Intake {
    /// Reads all that was given as findings, of several principals too, and what AWS has, and judges what a
    /// plan does with policies. Where a record of `decisions` says what becomes of a policy, it has to become that. What a
    /// `keep.toml` keeps may stay, from where one stands upwards. With `complete` nobody has what the plan
    /// changes whom it does not name.
    ///
    /// # Errors
    /// What is wrong with any of the files, all together; no findings among them; a record that says of no
    /// policy of Terraform what becomes of it.
    pub fn judge_plan(
        self,
        plan: &TerraformPlan,
        decisions: Option<&SavedDecisions>,
        complete: bool,
    ) -> Result<JudgedPlan, Error> {
        let mut beside = self.beside_plan()?;
        kept::add_found([Path::new("")], &mut beside.options, &mut beside.notes)?;
        let mut findings = beside.findings()?;
        let (options, mut problems) = (beside.options, beside.notes);
        let mut live = plan.live(&beside.held);
        let records = decisions.map(|decisions| records_of(decisions, &mut live));
        let records = records.transpose()?;
        if let Some(decisions) = decisions {
            findings.retain(|finding| !is_of_another_root(decisions, &live, finding));
        }
        let placed = live.place(findings);
        problems.extend(placed.strangers.iter().cloned());
        let mut judged = JudgedPlan {
            policies: Vec::new(),
            faults: Vec::new(),
            notes: Vec::new(),
            problems,
        };
        let judge = Judge {
            plan,
            live: &live,
            placed: &placed,
            options: &options,
            records,
            changed: changed_in(plan),
            known: live
                .policies
                .iter()
                .map(|_| KnownPolicy::default())
                .collect(),
            complete,
        };
        judge.add_all(&mut judged);
        let unclear = judge
            .records
            .into_iter()
            .flat_map(|records| records.unclear);
        judged.faults.extend(unclear);
        Ok(judged)
    }

    /// Reads what was given beside a plan.
    fn beside_plan(self) -> Result<ReadBeside, Error> {
        each_once(&self.given)?;
        let mut reading = Reading::default();
        let mut beside = Beside::new(MadeBy::Terraform);
        for given in self.given {
            let taken = beside.take(given, &mut reading);
            reading.keep(taken);
        }
        let beside = beside.read(&self.options, &mut reading)?;
        if let Some((state, _)) = beside.states.first() {
            let source = Source::from_text(state.name.raw(), "");
            let problem = source.error("this is a state, and a plan has its own");
            let help = "give a plan first, and beside it findings, and what AWS has of the account";
            reading.keep::<()>(Err(problem.help(help).into()));
        }
        reading.finish()?;
        Ok(beside)
    }
}

/// The addresses of what a plan changes.
fn changed_in(plan: &TerraformPlan) -> BTreeSet<Untrusted> {
    let changes = plan.changes.iter();
    let changes =
        changes.filter(|change| change.action != PlannedAction::Nothing && !change.is_deposed);
    changes.map(|change| change.address.clone()).collect()
}

/// A plan, and all that it is judged by.
struct Judge<'a> {
    plan: &'a TerraformPlan,
    live: &'a Live,
    placed: &'a PlacedFindings,
    options: &'a IntakeOptions,
    /// What a record says that becomes of policies, where one is given.
    records: Option<Records<'a>>,
    /// The addresses of what the plan changes.
    changed: BTreeSet<Untrusted>,
    /// What is known of each policy of `live` when it is asked for.
    known: Vec<KnownPolicy>,
    /// Whether nobody has what the plan changes whom it does not name.
    complete: bool,
}

impl Judge<'_> {
    /// What a record says of what is at an address.
    fn record(&self, address: &Untrusted) -> Option<&MadeRecord> {
        self.records.as_ref()?.of(address)
    }
}
