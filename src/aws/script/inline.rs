//! Scripts for a policy that is embedded in a principal.

use super::beside::AttachedLater;
use super::functions::{ASK, LEAVE, WAIT_FOR};
use super::lines::{Part, Script, ScriptName};
use super::principals::{define_joined, define_must_be_same, define_same, demand_members};
use super::{NOT_BEFORE, ScriptInput, Scripts, judge};
use crate::account::PrincipalIdentity;
use crate::aws::{AwsCommand, Operation};
use crate::iam::{AccountId, PolicyName};

/// A policy that is embedded in a principal.
pub(super) struct InlinePolicy<'a> {
    pub(super) input: &'a ScriptInput<'a>,
    pub(super) owner: &'a PrincipalIdentity,
    pub(super) name: &'a PolicyName,
    pub(super) account: Option<&'a AccountId>,
}

impl InlinePolicy<'_> {
    /// The narrowed policy takes the place of the old one.
    pub(super) fn put(&self, after: &str) -> Scripts {
        let title = self.input.title;
        let mut apply = self.apply(&format!("Narrows {title}."));
        self.define_holds(&mut apply, "holds_before", &self.input.before);
        self.define_holds(&mut apply, "holds_after", after);
        apply.lines(
            UNLESS_DONE,
            [
                Part::Code("put"),
                Part::Code("holds_after"),
                Part::Word(&is_after(title)),
            ],
        );
        apply.demand("holds_before", NOT_BEFORE);
        demand_members(&mut apply, self.owners());
        judge(&mut apply, "after.json");
        apply.checks_end(self.input.unused, &format!("{title} becomes after.json"));
        apply.lines(
            "step put {}\nwait_for holds_after",
            [Part::Command(self.put_policy("file://after.json"))],
        );

        let purpose = format!("Undoes the narrowing of {title}.");
        let mut rollback = self.rollback(&purpose);
        self.define_holds(&mut rollback, "holds_before", &self.input.before);
        self.define_holds(&mut rollback, "holds_after", after);
        rollback.lines(
            PUT_BACK,
            [
                Part::Principal(self.owner),
                Part::Principal(self.owner),
                Part::Command(self.put_policy("file://before.json")),
            ],
        );
        Scripts::of(
            apply.done(&is_after(title)),
            rollback.done(&format!("{title} is before.json again")),
        )
    }

    /// Nothing is left of the policy, or managed ones take its place.
    pub(super) fn delete(&self) -> Scripts {
        let title = self.input.title;
        let beside = &self.input.beside;
        let purpose = if beside.policies.is_empty() {
            format!("Deletes {title}: nothing of it is used.")
        } else {
            format!("Puts managed policies, which are narrower, in the place of {title}.")
        };
        let is_deleted = format!("{title} is deleted");
        let mut apply = self.apply(&purpose);
        self.define_holds(&mut apply, "holds_before", &self.input.before);
        self.define_is_gone(&mut apply);
        apply.lines(
            UNLESS_DONE,
            [
                Part::Code("delete"),
                Part::Code("is_gone"),
                Part::Word(&is_deleted),
            ],
        );
        apply.demand("holds_before", NOT_BEFORE);
        demand_members(&mut apply, self.owners());
        beside.check(&mut apply, AttachedLater::Nothing);
        apply.checks_end(self.input.unused, &format!("{title} is deleted"));
        beside.give(&mut apply);
        if !beside.policies.is_empty() {
            // What was looked at is a while ago.
            apply.demand("holds_before", NOT_BEFORE);
        }
        let delete = self
            .command(Operation::DeleteInlinePolicy(self.owner.kind))
            .arg("output", "text");
        apply.lines("step delete {}\nwait_for is_gone", [Part::Command(delete)]);

        let mut rollback = self.rollback(&format!("Puts {title} back."));
        self.define_holds(&mut rollback, "holds_before", &self.input.before);
        self.define_is_gone(&mut rollback);
        beside.check_back(&mut rollback);
        rollback.lines(
            PUT_BACK_WHOLE,
            [
                Part::Principal(self.owner),
                Part::Principal(self.owner),
                Part::Command(self.put_policy("file://before.json")),
            ],
        );
        beside.take_back(&mut rollback);
        Scripts::of(
            apply.done(&is_deleted),
            rollback.done(&format!("{title} is before.json again")),
        )
    }

    fn script(&self, name: ScriptName, purpose: &str) -> Script {
        let mut script = Script::new(name, purpose, &[], self.input.files, self.account);
        script.functions(WAIT_FOR, []);
        script
    }

    /// Begins a script that changes something of the principal, unless it is another one by now.
    fn apply(&self, purpose: &str) -> Script {
        let mut script = self.script(ScriptName::Apply, purpose);
        script.functions(ASK, []);
        define_must_be_same(&mut script, self.owners());
        script.for_each("must_be_same", self.owners());
        script
    }

    /// Begins a script that undoes something for the principal, unless somebody has joined it.
    fn rollback(&self, purpose: &str) -> Script {
        let mut script = self.script(ScriptName::Rollback, purpose);
        script.functions(ASK, []);
        script.functions(LEAVE, []);
        define_joined(&mut script, self.owners());
        define_same(&mut script, self.owners());
        script
    }

    fn owners(&self) -> &[PrincipalIdentity] {
        std::slice::from_ref(self.owner)
    }

    /// Writes a shell function that checks whether AWS has a document.
    fn define_holds(&self, script: &mut Script, function: &'static str, document: &str) {
        let compare = self
            .command(Operation::GetInlinePolicy(self.owner.kind))
            .on_another_line()
            .arg("query", format!("PolicyDocument == {document}"))
            .on_another_line()
            .arg("output", "json");
        script.functions(
            "\n{}() {\n  {}\n}",
            [Part::Code(function), Part::Command(compare)],
        );
    }

    /// Writes a shell function that checks whether AWS has no such policy.
    fn define_is_gone(&self, script: &mut Script) {
        let list = AwsCommand::new(Operation::ListInlinePolicies(self.owner.kind))
            .principal(&self.owner.name)
            .on_another_line()
            .arg(
                "query",
                format!("!contains(PolicyNames, `\"{}\"`)", self.name),
            )
            .arg("output", "json");
        script.functions(
            "\n# Whether there is no such policy.\nis_gone() {\n  {}\n}",
            [Part::Command(list)],
        );
    }

    fn put_policy(&self, file: &str) -> AwsCommand {
        self.command(Operation::PutInlinePolicy(self.owner.kind))
            .on_another_line()
            .arg("policy-document", file)
            .arg("output", "text")
    }

    fn command(&self, operation: Operation) -> AwsCommand {
        AwsCommand::new(operation)
            .principal(&self.owner.name)
            .arg("policy-name", self.name)
    }
}

fn is_after(title: &str) -> String {
    format!("{title} is after.json")
}

/// Ends where a step is done already, as a function says.
const UNLESS_DONE: &str = r#"
how_ended {}
if [ -n "$ended" ]; then
  answer=$({})
  [ "$answer" != true ] || finish {}
fi"#;

/// What was put is taken back where it is still there.
const PUT_BACK: &str = r#"
how_ended put
put=$ended
is_ours=$(ask holds_after)
is_back=$(ask holds_before)
same=$(same {})
new=$(ask joined {})
if [ -z "$put" ] || [ "$is_back" = true ]; then
  : # there is nothing to undo
elif [ "$is_ours" = gone ]; then
  leave 'AWS does not have the policy any more'
elif [ "$same" = no ]; then
  leave 'the principal was deleted since, and another one has its name'
elif [ "$is_ours" != true ]; then
  leave 'the policy was changed since apply.sh'
elif [ -n "$new" ]; then
  leave "these have joined the group since, and before.json would give them more:
$new"
else
  open_log rollback.sh
  step put-back {}
  wait_for holds_before
fi"#;

/// A deleted policy is put back where there is still none, and where it is known that `apply.sh`
/// deleted it.
const PUT_BACK_WHOLE: &str = r#"
how_ended delete
delete=$ended
is_gone=$(ask is_gone)
same=$(same {})
new=$(ask joined {})
if [ "$is_gone" = gone ]; then
  leave 'AWS does not have the principal any more'
elif [ "$same" = no ]; then
  leave 'the principal was deleted since, and another one has its name'
elif [ "$is_gone" != true ]; then
  answer=$(holds_before)
  [ "$answer" = true ] || leave 'there is another policy of this name'
elif [ "$delete" != finished ]; then
  leave 'the policy is gone, and whether apply.sh deleted it is not known; to have it back, put' \
    'before.json there by hand'
elif [ -n "$new" ]; then
  leave "these have joined the group since, and before.json would give them more:
$new"
else
  open_log rollback.sh
  step put-back {}
  wait_for holds_before
fi"#;
