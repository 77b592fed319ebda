//! What a plan does, change by change: what is a fault of it, and what is only noted.

use std::collections::BTreeMap;

use super::policy::StillGranted;
use super::recorded::Standing;
use super::trust::Trusted;
use super::{Judge, JudgedChange, JudgedPlan};
use crate::sources::{Kind, LivePolicy, OtherChange, PlannedAction, PlannedChange};
use crate::text::{Untrusted, counted, list, some_of};

/// How many types of other resources are named.
const TYPES: usize = 10;

/// What is done, in a sentence.
fn done(address: &Untrusted, action: PlannedAction) -> String {
    format!("{address} is {}", action.as_str())
}

/// How many actions stay, in words.
fn unused_stay(count: usize) -> String {
    counted(count, "unused action stays", "unused actions stay")
}

/// That what is done is more than policies lose what is unused.
fn not_judged(change: &PlannedChange) -> String {
    format!(
        "{}: who may do what changes by more than a policy, which is not judged",
        done(&change.address, change.action)
    )
}

/// Whether it is a role, a user or a group.
fn is_about_itself(change: &PlannedChange) -> bool {
    matches!(change.kind(), Some(Kind::Role | Kind::User | Kind::Group))
}

/// What changes of a policy beside its text, or of a role, user or group, and is more than a word about
/// it. Tags of these are: conditions ask for them.
fn also_changes(change: &PlannedChange) -> Option<String> {
    /// What nobody may do anything by, and what follows from a policy.
    const WORDS: [&str; 8] = [
        "attachment_count",
        "description",
        "force_destroy",
        "force_detach_policies",
        "id",
        "max_session_duration",
        "policy",
        "policy_id",
    ];
    const TAGS: [&str; 2] = ["tags", "tags_all"];
    if change.action != PlannedAction::Update {
        return None;
    }
    let is_word =
        |name: &&str| WORDS.contains(name) || TAGS.contains(name) && !is_about_itself(change);
    let changed = change.changed_attributes().into_iter();
    let more = changed.filter(|name| !is_word(name)).map(str::to_owned);
    let more: Vec<String> = more.collect();
    (!more.is_empty()).then(|| format!("of {} changes too: {}", change.address, list(&more)))
}

/// A role that is made: what it gets is new, and so is that somebody who is there gets it by assuming the role.
fn add_new_role(change: &PlannedChange, judged: &mut JudgedPlan) {
    let done = done(&change.address, change.action);
    let trust = "assume_role_policy";
    if change.is_unknown(trust) {
        let fault = format!("{done}: who may assume it is known only after apply");
        return judged.faults.push(fault);
    }
    match Trusted::by(change.after.text(trust).unwrap_or_default()) {
        Trusted::Services(services) => {
            judged
                .notes
                .push(format!("{done}, which {services} may assume"));
        }
        Trusted::Others(others) => judged.faults.push(format!(
            "{done}: {others} may assume it, and so do what it may, which is not judged"
        )),
        Trusted::NotTold => judged.faults.push(format!(
            "{done}: who may assume it is not told in a form that is read"
        )),
    }
}

/// What is to be said of a policy that is not changed, where a record knows it.
fn add_standing(address: &Untrusted, standing: Standing, judged: &mut JudgedPlan) {
    match standing {
        Standing::AsDecided(0) | Standing::Done => {}
        Standing::AsDecided(count) => judged.notes.push(format!(
            "{address} is not changed, and nothing is used of {} of it, to be removed by hand",
            counted(count, "statement", "statements")
        )),
        Standing::ToChange => judged.faults.push(format!(
            "{address} is not changed, though the record says what becomes of it"
        )),
        Standing::Another => judged.faults.push(format!(
            "{address} is not changed, and is another policy than the record is about"
        )),
    }
}

/// To whom something is given that a plan makes.
enum Given {
    /// To one who is made by this plan too.
    ToNewOne,
    /// To one whose name is known only when it is applied.
    KnownAfterApply,
    /// To somebody who is there, or of whom nobody knows.
    ToAnother,
}

impl Judge<'_> {
    /// Judges all that the plan does, and whether it does anything.
    pub(super) fn add_all(&self, judged: &mut JudgedPlan) {
        for change in &self.plan.changes {
            self.add(change, judged);
        }
        let others = self.plan.others.iter();
        judged.faults.extend(others.filter_map(changes_who));
        let missing = self.add_unchanged(judged);
        if let (true, Some(missing)) = (judged.policies.is_empty(), missing) {
            judged
                .faults
                .push(format!("the plan changes no policy: {missing}"));
        }
        if !self.plan.is_complete {
            let why = "the plan is not all that Terraform would do: a part is deferred, or left out by \
                       -target; plan all of it";
            judged.faults.push(why.to_owned());
        }
        judged.notes.extend(self.other_changes());
        judged.notes.extend(self.to_apply_first(judged));
    }

    /// What to do where something cannot be judged since it waits for what this plan changes too: once that is
    /// applied, the next plan tells it.
    fn to_apply_first(&self, judged: &JudgedPlan) -> Option<String> {
        let mut changed = judged.policies.iter();
        let is_of_use = self.plan.has_waiting_data && !judged.holds();
        (is_of_use && changed.any(JudgedChange::holds)).then(|| {
            "what depends on a policy that changes (depends_on) is read only after that is applied: apply the \
             policies first that are as they should be, `terraform apply -target=ADDRESS` of each, where that shows \
             no other change, and judge the plan of the rest"
                .to_owned()
        })
    }

    fn add(&self, change: &PlannedChange, judged: &mut JudgedPlan) {
        use PlannedAction::{Create, Delete, Forget, Nothing, Update};
        let is_policy = change.kind().is_some_and(Kind::is_policy);
        let done = done(&change.address, change.action);
        match change.action {
            Nothing => {}
            _ if change.is_deposed => judged.faults.push(format!(
                "an earlier one of {done}, which Terraform has yet to delete: whose it is nobody can tell"
            )),
            Update | Delete if is_policy => {
                judged.policies.push(self.changed(change));
                judged.faults.extend(also_changes(change));
            }
            Forget if is_policy => self.add_forgotten(change, judged),
            Forget => judged.notes.push(done),
            Delete if self.is_of_deleted_policies(change) => {
                judged.notes.push(format!("{done}, with the policy that it attaches"));
            }
            Create if change.kind() == Some(Kind::Role) => add_new_role(change, judged),
            Create => match self.given(change) {
                Given::ToNewOne => judged.notes.push(done),
                Given::KnownAfterApply => judged.faults.push(format!(
                    "{done}: for whom is known only after apply; refer to the new one by its name, as in \
                     aws_iam_role.app.name"
                )),
                Given::ToAnother => judged.faults.push(not_judged(change)),
            },
            Update if is_about_itself(change) => match also_changes(change) {
                Some(fault) => judged.faults.push(fault),
                None => judged.notes.push(done),
            },
            _ => judged.faults.push(not_judged(change)),
        }
    }

    /// Whether it attaches policies that this plan deletes too, and nothing else: of these it is judged
    /// whether somebody loses something.
    fn is_of_deleted_policies(&self, change: &PlannedChange) -> bool {
        let attached = &change.before.attributes.policy_arns;
        let is_deleted = |arn: &String| {
            self.plan.changes.iter().any(|other| {
                other.kind() == Some(Kind::Policy)
                    && other.action == PlannedAction::Delete
                    && !other.is_deposed
                    && other.before.attributes.arn.as_ref() == Some(arn)
            })
        };
        change.kind() == Some(Kind::Attachment)
            && !attached.is_empty()
            && attached.iter().all(is_deleted)
    }

    /// To whom a created resource gives something, if not to nobody.
    fn given(&self, change: &PlannedChange) -> Given {
        /// What only names somebody, or what nobody has yet.
        const HARMLESS: [&str; 4] = [
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
        if HARMLESS.contains(&type_name) {
            return Given::ToNewOne;
        }
        if !FOR_ONE.contains(&type_name) {
            return Given::ToAnother;
        }
        self.given_to_one(change).unwrap_or(Given::ToAnother)
    }

    /// To whom something is given that its block gives to what another block makes; none if that is not
    /// so, or if the other has made something before.
    fn given_to_one(&self, change: &PlannedChange) -> Option<Given> {
        let holder = self.plan.holder_of(change.block.as_ref()?)?;
        let changes = self.plan.changes.iter();
        let holders: Vec<&PlannedChange> = changes
            .filter(|one| one.block.as_ref() == Some(&holder))
            .collect();
        let is_new = |one: &&PlannedChange| one.action == PlannedAction::Create;
        if holders.is_empty() || !holders.iter().all(is_new) {
            return None;
        }
        let to = &change.after.attributes;
        let (argument, name) = match holders[0].kind()? {
            Kind::Role => ("role", &to.role),
            Kind::User => ("user", &to.user),
            Kind::Group => ("group", &to.group),
            _ => return None,
        };
        if change.is_unknown(argument) {
            // A reference is not told from a text that is made with it: `"${aws_iam_role.new.id}-admin"`
            // may be somebody who is there, unless nobody knows what it begins with.
            let are_unknown = holders.iter().all(|one| one.is_unknown("name"));
            return Some(if are_unknown {
                Given::ToNewOne
            } else {
                Given::KnownAfterApply
            });
        }
        let is_it = |one: &&PlannedChange| one.after.attributes.name == *name;
        (name.is_some() && holders.iter().any(is_it)).then_some(Given::ToNewOne)
    }

    /// A policy that Terraform keeps no more of: all that it grants stays, and no later plan shows it.
    fn add_forgotten(&self, change: &PlannedChange, judged: &mut JudgedPlan) {
        let done = done(&change.address, change.action);
        let no_more = "no later plan shows it";
        let policy = self.live_policy(&change.address);
        match policy.map(|policy| self.still_granted(policy)) {
            Some(StillGranted::Unused(0)) => {
                judged.notes.push(format!("{done}: all that it grants stays"));
            }
            Some(StillGranted::Unused(count)) => {
                let stay = unused_stay(count);
                judged.faults.push(format!("{done}: {stay} granted, and {no_more}"));
            }
            Some(StillGranted::NotTold(why)) => judged.faults.push(format!(
                "{done}: all that it grants stays, and {no_more}; what of it is unused nobody can tell: {why}"
            )),
            None => judged.faults.push(format!(
                "{done}: all that it grants stays, and {no_more}; the plan's state does not have it"
            )),
        }
    }

    /// Notes the policies that stay as they are though something could go, and those of which nobody can
    /// tell; returns what to say where these are all.
    fn add_unchanged(&self, judged: &mut JudgedPlan) -> Option<String> {
        let (mut unused, mut unclear) = (0, 0);
        let policies = self.live.policies.iter();
        for policy in policies.filter(|policy| !self.is_changed(policy)) {
            let address = &policy.address;
            if let Some(standing) = self.standing(policy) {
                add_standing(&address.text, standing, judged);
                continue;
            }
            match self.still_granted(policy) {
                StillGranted::Unused(0) => {}
                StillGranted::Unused(count) => {
                    unused += count;
                    let stay = unused_stay(count);
                    judged
                        .notes
                        .push(format!("{address} is not changed: {stay} granted"));
                }
                StillGranted::NotTold(why) => {
                    unclear += 1;
                    judged.notes.push(format!(
                        "{address} is not changed; what of it is unused nobody can tell: {why}"
                    ));
                }
            }
        }
        // A record tells of what is to change, and the rest stays for reasons that it has.
        let is_decided = self.records.is_some();
        if unused > 0 && !is_decided {
            return Some(format!("{} granted", unused_stay(unused)));
        }
        let unclear = (unclear > 0 && !is_decided).then(|| {
            let of = counted(unclear, "policy", "policies");
            format!("what of {of} is unused nobody can tell")
        });
        let proves_nothing = "no finding is about anybody whom it has, so that it proves nothing";
        let nobody = self.placed.are_about_nobody();
        if nobody && is_decided {
            let note = "no finding is about anybody whom the plan has";
            judged.notes.push(note.to_owned());
            return None;
        }
        unclear.or_else(|| nobody.then(|| proves_nothing.to_owned()))
    }

    /// How a policy that is not changed stands to what a record says of it; none where that does not know it.
    fn standing(&self, policy: &LivePolicy) -> Option<Standing> {
        let record = self.record(&policy.address.text)?;
        Some(Standing::of(record, policy.read()?.policy()))
    }

    fn is_changed(&self, policy: &LivePolicy) -> bool {
        self.changed.contains(&policy.address.text)
    }

    /// What is done with resources of other types, in which nothing was found that tells who may do what.
    fn other_changes(&self) -> Option<String> {
        let mut counts: BTreeMap<(&str, PlannedAction), usize> = BTreeMap::new();
        for other in &self.plan.others {
            if changes_who(other).is_none() {
                *counts.entry((&other.type_name, other.action)).or_default() += 1;
            }
        }
        let counts = counts.into_iter().map(|((type_name, action), count)| {
            let type_name = Untrusted::from(type_name);
            let are = if count == 1 { "is" } else { "are" };
            format!("{count} {type_name} {are} {}", action.as_str())
        });
        let counts: Vec<String> = counts.collect();
        (!counts.is_empty()).then(|| {
            let some = some_of(&counts, TYPES);
            format!("not judged: {some}")
        })
    }
}

/// That a resource of another type changes who may do what, if it does.
fn changes_who(change: &OtherChange) -> Option<String> {
    // In AWS nothing changes by that.
    if change.attributes.is_empty() || change.action == PlannedAction::Forget {
        return None;
    }
    let attributes = change
        .attributes
        .iter()
        .map(|name| Untrusted::from(name.as_str()).to_string());
    let attributes: Vec<String> = attributes.collect();
    Some(format!(
        "{}: by its {} who may do what changes or may change, which is not judged",
        done(&change.address, change.action),
        list(&attributes)
    ))
}
