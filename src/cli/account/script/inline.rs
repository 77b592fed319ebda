//! Scripts for a policy that is embedded in a principal.

use super::{NOT_AFTER, NOT_BEFORE, NOT_YET, Script, Scripts, Told};
use crate::cli::shell::{option, word};

/// The narrowed policy takes the place of the old one.
pub fn put(policy: &Told, after: &str) -> Scripts {
    let before = holds(policy, "holds_before", &policy.before);
    let after = holds(policy, "holds_after", after);
    let mut apply = Script::new(&format!("Narrows {}.", policy.title), policy);
    apply.lines(&before);
    apply.lines(&after);
    apply.demand("holds_before", NOT_BEFORE);
    apply.judge();
    apply.lines(&put_policy(policy, "after.json"));
    apply.wait_for("holds_after", NOT_YET);

    let mut rollback = Script::new(
        &format!("Undoes the narrowing of {}.", policy.title),
        policy,
    );
    rollback.lines(&before);
    rollback.lines(&after);
    rollback.demand("holds_after", NOT_AFTER);
    rollback.lines("");
    rollback.lines(&put_policy(policy, "before.json"));
    rollback.wait_for("holds_before", NOT_YET);
    Scripts::of(
        policy,
        apply.done(&format!("{} is after.json", policy.title)),
        rollback.done(&format!("{} is before.json again", policy.title)),
    )
}

/// Nothing is left of the policy.
pub fn delete(policy: &Told) -> Scripts {
    let before = holds(policy, "holds_before", &policy.before);
    let (kind, _) = owner(policy);
    let is_gone = format!(
        "\n# Whether there is no such policy.\nis_gone() {{\n  aws iam list-{kind}-policies {} \\\n    \
         --query {} --output json\n}}",
        of_owner(policy),
        word(&format!("!contains(PolicyNames, `\"{}\"`)", policy.name))
    );
    let title = &policy.title;
    let mut apply = Script::new(&format!("Deletes {title}: nothing of it is used."), policy);
    apply.lines(&before);
    apply.lines(&is_gone);
    apply.demand("holds_before", NOT_BEFORE);
    apply.lines(&format!("\naws iam delete-{kind}-policy {}", named(policy)));
    apply.wait_for("is_gone", NOT_YET);

    let mut rollback = Script::new(&format!("Puts {title} back."), policy);
    rollback.lines(&before);
    rollback.lines(&is_gone);
    rollback.demand("is_gone", "there is such a policy; nothing was changed");
    rollback.lines("");
    rollback.lines(&put_policy(policy, "before.json"));
    rollback.wait_for("holds_before", NOT_YET);
    Scripts::of(
        policy,
        apply.done(&format!("{title} is deleted")),
        rollback.done(&format!("{title} is before.json again")),
    )
}

/// A function that tells whether AWS holds a document.
fn holds(policy: &Told, function: &str, document: &str) -> String {
    let (kind, _) = owner(policy);
    format!(
        "\n{function}() {{\n  aws iam get-{kind}-policy {} \\\n    --query {} \\\n    --output \
         json\n}}",
        named(policy),
        word(&format!("PolicyDocument == {document}"))
    )
}

fn put_policy(policy: &Told, file: &str) -> String {
    let (kind, _) = owner(policy);
    format!(
        "aws iam put-{kind}-policy {} \\\n  --policy-document file://{file}",
        named(policy)
    )
}

/// `--role-name MyRole --policy-name Mine`.
fn named(policy: &Told) -> String {
    let name = option("policy-name", &policy.name);
    format!("{} {name}", of_owner(policy))
}

/// `--role-name MyRole`.
fn of_owner(policy: &Told) -> String {
    let (kind, name) = owner(policy);
    option(&format!("{kind}-name"), name)
}

fn owner(policy: &Told) -> (&'static str, &str) {
    let owner = policy.attached.first();
    owner.map_or(("role", ""), |(kind, name)| (*kind, name))
}
