//! What Terraform would do with policies, and the findings, to be judged.

use std::path::Path;
use std::sync::Arc;

use super::account::{GatheredFindings, in_folders};
use super::beside::joined;
use super::file::{Begun, begin};
use super::{Given, Intake, IntakeOptions, Reading, each_once, kept};
use crate::document::Document;
use crate::findings::{Findings, UnusedActions, UsedActions};
use crate::iam::{ActionPattern, Policy};
use crate::proof::{Knowledge, Verdict, judge};
use crate::refine::{HeldBack, Keep};
use crate::review::SavedDecisions;
use crate::sources::{
    Held, Kind, Live, LivePolicy, PlacedFindings, PlannedAction, PlannedChange, TerraformPlan,
    Unused, read_plan,
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
    /// policies. What a record of `decisions` says that it stays may stay, and so may what a `keep.toml`
    /// keeps, from where one stands upwards. With `complete` nobody has what the plan changes whom it does
    /// not name.
    ///
    /// # Errors
    /// What is wrong with any of the files, all together; no findings among them.
    pub fn judge_plan(
        self,
        plan: &TerraformPlan,
        decisions: Option<&SavedDecisions>,
        complete: bool,
    ) -> Result<JudgedPlan, Error> {
        let mut options = self.options;
        each_once(&self.given)?;
        let mut reading = Reading::default();
        let (files, problems) = in_folders(self.given)?;
        let mut gathered = GatheredFindings::default();
        gathered.add_all(&files, options.unused_for, &mut reading);
        let mut problems = gathered.notes_hiding_lines(problems, &mut reading);
        reading.finish()?;
        let findings = joined(gathered.pages, &options, &mut problems)?;
        kept::add_found([Path::new("")], &mut options, &mut problems)?;
        let live = Live::of(std::slice::from_ref(&plan.state), &Held::default());
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
            decisions,
            complete,
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
    plan: &'a TerraformPlan,
    live: &'a Live,
    placed: &'a PlacedFindings,
    options: &'a IntakeOptions,
    decisions: Option<&'a SavedDecisions>,
    /// Whether nobody has what the plan changes whom it does not name.
    complete: bool,
}

/// What is done, in a sentence.
fn done(change: &PlannedChange) -> String {
    format!("{} is {}", change.address, change.action.as_str())
}

/// Whether it is a role, a user or a group.
fn is_about_itself(change: &PlannedChange) -> bool {
    matches!(change.kind(), Some(Kind::Role | Kind::User | Kind::Group))
}

/// What changes beside the policy of a resource, and is more than a word about it.
fn also_changes(change: &PlannedChange) -> Option<String> {
    /// What nobody may do anything by, and what follows from a policy.
    const WORDS: [&str; 10] = [
        "attachment_count",
        "description",
        "force_destroy",
        "force_detach_policies",
        "id",
        "max_session_duration",
        "policy",
        "policy_id",
        "tags",
        "tags_all",
    ];
    if change.action != PlannedAction::Update {
        return None;
    }
    let changed = change.changed_attributes().into_iter();
    let more = changed
        .filter(|name| !WORDS.contains(name))
        .map(str::to_owned);
    let more: Vec<String> = more.collect();
    (!more.is_empty()).then(|| format!("of {} changes too: {}", change.address, list(&more)))
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
        use PlannedAction::{Create, Delete, Forget, Nothing, Update};
        let is_policy = change.kind().is_some_and(Kind::is_policy);
        match change.action {
            Nothing if is_policy => judged.notes.extend(self.unchanged(change)),
            Nothing => {}
            Update | Delete if is_policy => {
                judged.policies.push(self.changed(change));
                judged.faults.extend(also_changes(change));
            }
            Forget => judged.notes.push(done(change)),
            Create if self.is_harmless(change) => judged.notes.push(done(change)),
            Update if is_about_itself(change) => match also_changes(change) {
                Some(fault) => judged.faults.push(fault),
                None => judged.notes.push(done(change)),
            },
            _ => judged.faults.push(format!(
                "{}: who may do what changes by more than a policy, which is not judged",
                done(change)
            )),
        }
    }

    /// Whether what is created gives or takes nothing from those who are there.
    fn is_harmless(&self, change: &PlannedChange) -> bool {
        /// What only names somebody, or what nobody has yet.
        const HARMLESS: [&str; 5] = [
            "aws_iam_role",
            "aws_iam_user",
            "aws_iam_group",
            "aws_iam_policy",
            "aws_iam_service_linked_role",
        ];
        /// What gives something to one role, user or group.
        const FOR_ONE: [&str; 7] = [
            "aws_iam_instance_profile",
            "aws_iam_role_policy",
            "aws_iam_user_policy",
            "aws_iam_group_policy",
            "aws_iam_role_policy_attachment",
            "aws_iam_user_policy_attachment",
            "aws_iam_group_policy_attachment",
        ];
        let type_name = change.type_name.as_str();
        HARMLESS.contains(&type_name) || FOR_ONE.contains(&type_name) && self.is_for_new_one(change)
    }

    /// Whether who gets something is made by this plan too: by a block that it refers to, and that has made
    /// nothing yet.
    fn is_for_new_one(&self, change: &PlannedChange) -> bool {
        let block = change.block.as_ref();
        let Some(holder) = block.and_then(|block| self.plan.holder_of(block)) else {
            return false;
        };
        let changes = self.plan.changes.iter();
        let mut of_holder = changes
            .filter(|one| one.block.as_ref() == Some(&holder))
            .peekable();
        of_holder.peek().is_some() && of_holder.all(|one| one.action == PlannedAction::Create)
    }

    /// What stays granted of a policy that does not change, if something could go.
    fn unchanged(&self, change: &PlannedChange) -> Option<String> {
        let before = change.before.attributes.policy.as_deref()?;
        let before =
            Document::parse(Source::from_text(&change.address.to_string(), before)).ok()?;
        let unused = self.use_of(self.live_policy(change));
        let verdict = self.judge(change, [before.policy(), before.policy()], &unused);
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
            answer: self
                .answer(change, &unused)
                .unwrap_or_else(|problem| Answer::NotRead(problem.hiding_line())),
            nothing_unused: unused.nothing_because,
        }
    }

    fn answer(&self, change: &PlannedChange, unused: &Use) -> Result<Answer, Problem> {
        if change.is_unknown("policy") && change.action != PlannedAction::Delete {
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
                self.judge(change, [before.policy(), &nothing], unused),
                before.clone(),
            )
        } else {
            let after = read(&change.after.attributes.policy, "after")?;
            let both = [before.policy(), after.policy()];
            (self.judge(change, both, unused), after)
        };
        Ok(Answer::Judged(Box::new((verdict, before, after))))
    }

    fn judge(&self, change: &PlannedChange, both: [&Policy; 2], of: &Use) -> Verdict {
        let mut refine = self.options.refine.clone();
        let decisions = self.decisions.into_iter();
        let excepted = decisions.flat_map(|saved| saved.excepted_in(change.address.raw()));
        refine
            .keeps
            .extend(excepted.map(|action| Keep::of(ActionPattern::from(&action))));
        let knowledge = Knowledge::new(&self.options.catalogue, &of.unused, both)
            .with_kept(&refine.keeps)
            .with_used(&of.used);
        judge(both[0], both[1], &knowledge, refine.curation(&[], &of.held))
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
        // What one block makes is one policy.
        let live = self.live.policies.iter();
        let shared: Vec<&LivePolicy> = live
            .filter(|one| {
                self.plan
                    .share_policy(&one.address.block, &policy.address.block)
            })
            .collect();
        for one in &shared {
            if let Some(why) = self.is_unclear(one) {
                return nothing(why);
            }
        }
        let holders = shared
            .iter()
            .flat_map(|one| one.holders.iter().copied())
            .collect();
        match self.live.unused_by_all(&holders, self.placed) {
            Unused::NotConcerned => nothing("no finding is about who has it".to_owned()),
            Unused::Unknown(why, _) => nothing(why),
            Unused::ByAll(findings) => Use::of(&findings),
        }
    }

    /// Why it is not known who has a policy.
    fn is_unclear(&self, policy: &LivePolicy) -> Option<String> {
        if !policy.blockers.is_empty() {
            return Some(list(&policy.blockers));
        }
        if !policy.is_managed() && self.plan.is_of_other_provider(&policy.address.block) {
            let why = "it is made through another provider than the default one, and the plan does \
                       not tell in which account that is";
            return Some(why.to_owned());
        }
        let why = "a plan does not tell who else has a managed policy; say --states-complete when \
                   nobody has it whom the plan does not name";
        (policy.is_managed() && !self.complete).then(|| why.to_owned())
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
