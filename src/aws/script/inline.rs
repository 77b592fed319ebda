//! Scripts for a policy that is embedded in a principal.

use super::lines::{Part, Script};
use super::{NOT_AFTER, NOT_BEFORE, NOT_YET, ScriptInput, Scripts, judge};
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
        let mut apply = Script::new(&format!("Narrows {title}."), self.account);
        self.define_holds(&mut apply, "holds_before", &self.input.before);
        self.define_holds(&mut apply, "holds_after", after);
        apply.demand("holds_before", NOT_BEFORE);
        judge(&mut apply);
        apply.run(self.put_policy("file://after.json"));
        apply.wait_for("holds_after", NOT_YET);

        let purpose = format!("Undoes the narrowing of {title}.");
        let mut rollback = Script::new(&purpose, self.account);
        self.define_holds(&mut rollback, "holds_before", &self.input.before);
        self.define_holds(&mut rollback, "holds_after", after);
        rollback.demand("holds_after", NOT_AFTER);
        rollback.lines("", []);
        rollback.run(self.put_policy("file://before.json"));
        rollback.wait_for("holds_before", NOT_YET);
        Scripts::of(
            apply.done(&format!("{title} is after.json")),
            rollback.done(&format!("{title} is before.json again")),
        )
    }

    /// Nothing is left of the policy.
    pub(super) fn delete(&self) -> Scripts {
        let title = self.input.title;
        let purpose = format!("Deletes {title}: nothing of it is used.");
        let mut apply = Script::new(&purpose, self.account);
        self.define_holds(&mut apply, "holds_before", &self.input.before);
        self.define_is_gone(&mut apply);
        apply.demand("holds_before", NOT_BEFORE);
        apply.lines("", []);
        apply.run(self.command(Operation::DeleteInlinePolicy(self.owner.kind)));
        apply.wait_for("is_gone", NOT_YET);

        let mut rollback = Script::new(&format!("Puts {title} back."), self.account);
        self.define_holds(&mut rollback, "holds_before", &self.input.before);
        self.define_is_gone(&mut rollback);
        rollback.demand("is_gone", "there is such a policy; nothing was changed");
        rollback.lines("", []);
        rollback.run(self.put_policy("file://before.json"));
        rollback.wait_for("holds_before", NOT_YET);
        Scripts::of(
            apply.done(&format!("{title} is deleted")),
            rollback.done(&format!("{title} is before.json again")),
        )
    }

    /// Writes a shell function that checks whether AWS has a document.
    fn define_holds(&self, script: &mut Script, function: &'static str, document: &str) {
        let compare = self
            .command(Operation::GetInlinePolicy(self.owner.kind))
            .on_another_line()
            .arg("query", format!("PolicyDocument == {document}"))
            .on_another_line()
            .arg("output", "json");
        script.lines(
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
        script.lines(
            "\n# Whether there is no such policy.\nis_gone() {\n  {}\n}",
            [Part::Command(list)],
        );
    }

    fn put_policy(&self, file: &str) -> AwsCommand {
        self.command(Operation::PutInlinePolicy(self.owner.kind))
            .on_another_line()
            .arg("policy-document", file)
    }

    fn command(&self, operation: Operation) -> AwsCommand {
        AwsCommand::new(operation)
            .principal(&self.owner.name)
            .arg("policy-name", self.name)
    }
}
