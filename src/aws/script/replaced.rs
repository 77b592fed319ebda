//! Scripts for one of AWS's own policies: a new one of the account takes its place.

use std::collections::BTreeSet;

use super::lines::{Part, Script, for_each_kind};
use super::managed::{define_default_version_is, define_old_version_is, demand_as_seen};
use super::{NOT_AFTER, NOT_BEFORE, NOT_YET, ScriptInput, Scripts, judge};
use crate::account::{AccountReview, PolicyVersion};
use crate::aws::{Arg, AwsCommand, Operation};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn, PolicyName};

/// The names that policies of an account have or will have, in lower case: AWS has no two that
/// differ in case alone.
pub(super) struct TakenNames(BTreeSet<String>);

impl TakenNames {
    pub(super) fn of(account: &AccountReview) -> Self {
        let managed = account.account().managed.iter();
        let names = managed.filter_map(|managed| managed.policy.origin.name.as_ref());
        TakenNames(
            names
                .map(|name| name.as_str().to_ascii_lowercase())
                .collect(),
        )
    }

    /// Takes a name for the policy that takes the place of the one called `name`.
    pub(super) fn take_successor(&mut self, name: &PolicyName) -> PolicyName {
        let mut number = 1;
        loop {
            let successor = name.successor(number);
            if self.0.insert(successor.as_str().to_ascii_lowercase()) {
                return successor;
            }
            number += 1;
        }
    }
}

/// A policy called `successor` is made, and attached in the place of the old one.
pub(super) fn replace(
    input: &ScriptInput<'_>,
    old: &PolicyVersion,
    account: &AccountId,
    after: &str,
    successor: PolicyName,
) -> Scripts {
    let title = input.title;
    let new = Arn::of_policy(old.arn.partition(), account, &successor);

    let purpose = format!("Puts {successor}, which is narrower, in the place of AWS's {title}.");
    let mut apply = Script::new(&purpose, Some(account));
    define_old_version_is(&mut apply, input, old);
    define_default_version_is(&mut apply, &new, "holds_after", after);
    define_swap(&mut apply, old, &old.arn, &new);
    demand_as_seen(&mut apply, old);
    apply.demand("holds_before", NOT_BEFORE);
    judge(&mut apply);
    call_for_each(&mut apply, "has_room", old);
    let create = AwsCommand::new(Operation::CreatePolicy)
        .arg("policy-name", &successor)
        .on_another_line()
        .arg("policy-document", "file://after.json")
        .arg("output", "text");
    apply.lines("{} >/dev/null", [Part::Command(create)]);
    apply.wait_for("holds_after", NOT_YET);
    call_for_each(&mut apply, "swap", old);

    let purpose = format!("Puts AWS's {title} back in the place of {successor}.");
    let mut rollback = Script::new(&purpose, Some(account));
    define_default_version_is(&mut rollback, &new, "holds_after", after);
    define_swap(&mut rollback, old, &new, &old.arn);
    rollback.demand("holds_after", NOT_AFTER);
    rollback.lines("", []);
    call_for_each(&mut rollback, "has_room", old);
    call_for_each(&mut rollback, "swap", old);
    rollback
        .run(AwsCommand::new(Operation::DeletePolicy).arg("policy-arn", Arg::Expression("$from")));
    let (apply_is_done, rollback_is_done) = (
        format!("{successor} is in the place of {title}"),
        format!("{title} is attached again"),
    );
    Scripts {
        successor: Some(successor),
        ..Scripts::of(apply.done(&apply_is_done), rollback.done(&rollback_is_done))
    }
}

/// Calls a function with each principal that the policy is attached to.
fn call_for_each(script: &mut Script, function: &'static str, policy: &PolicyVersion) {
    for principal in &policy.attached_to {
        let (kind, quota) = match principal.kind {
            Owner::Role => ("role", "Role"),
            Owner::User => ("user", "User"),
            Owner::Group => ("group", "Group"),
        };
        script.lines(
            "{} {} {} {}",
            [
                Part::Code(function),
                Part::Code(kind),
                Part::Code(quota),
                Part::Word(principal.name.as_str()),
            ],
        );
    }
}

/// Writes the functions that put `to` in the place of `from`; what is done already is passed over.
fn define_swap(script: &mut Script, policy: &PolicyVersion, from: &Arn, to: &Arn) {
    let kinds: BTreeSet<Owner> = (policy.attached_to.iter())
        .map(|principal| principal.kind)
        .collect();
    let on = |operation: Operation, name: &'static str| {
        AwsCommand::new(operation).principal(Arg::Expression(name))
    };
    let is_attached = |kind| {
        on(Operation::ListAttachedPolicies(kind), "$2")
            .arg("output", "json")
            .on_another_line()
            .arg(
                "query",
                Arg::Expression(r"length(AttachedPolicies[?PolicyArn=='$3']) > \`0\`"),
            )
    };
    let most = AwsCommand::new(Operation::GetAccountSummary)
        .arg(
            "query",
            Arg::Expression("SummaryMap.AttachedPoliciesPer${2}Quota"),
        )
        .arg("output", "text");
    let held = |kind| {
        on(Operation::ListAttachedPolicies(kind), "$3")
            .on_another_line()
            .arg("query", "length(AttachedPolicies)")
            .arg("output", "json")
    };
    let attach =
        |kind| on(Operation::AttachPolicy(kind), "$3").arg("policy-arn", Arg::Expression("$to"));
    let detach =
        |kind| on(Operation::DetachPolicy(kind), "$3").arg("policy-arn", Arg::Expression("$from"));
    script.lines(
        SWAP,
        [
            Part::Word(from.as_str()),
            Part::Word(to.as_str()),
            for_each_kind(&kinds, is_attached),
            Part::Command(most),
            for_each_kind(&kinds, held),
            for_each_kind(&kinds, detach),
            for_each_kind(&kinds, attach),
            for_each_kind(&kinds, detach),
        ],
    );
}

const SWAP: &str = r#"
from={}
to={}

case "${1-}" in
'' | --detach-first) ;;
*) stop "usage: $0 [--detach-first]" ;;
esac
order=${1-}

# has KIND NAME ARN
has() {
  {}
}

# has_room KIND QUOTA NAME: for a moment both policies are attached.
has_room() {
  [ "$order" != --detach-first ] || return 0
  answer=$(has "$1" "$3" "$to")
  [ "$answer" != true ] || return 0
  most=$({})
  held=$({})
  [ "$held" -lt "$most" ] ||
    stop "$1 $3 has $held policies attached, and AWS allows $most; nothing was changed. To detach" \
      "the old policy before the new one is attached: $0 --detach-first"
}

# swap KIND QUOTA NAME
swap() {
  answer=$(has "$1" "$3" "$from")
  if [ "$order" = --detach-first ] && [ "$answer" = true ]; then
    {}
  fi
  {}
  if [ "$order" != --detach-first ] && [ "$answer" = true ]; then
    {}
  fi
}"#;
