//! Scripts for one of AWS's own policies: a new one of the account takes its place.

use std::collections::BTreeSet;

use super::beside::{AttachedLater, compare_default};
use super::detached::{NEWER_VERSION, demand_holders, demand_old_version};
use super::functions::{ASK, HAS, LEAVE, WAIT_FOR};
use super::lines::{Part, Script, ScriptName, ScriptOption};
use super::managed::demand_as_seen;
use super::principals::{
    define_joined, define_must_be_same, define_policies_of, define_same, define_who_has,
    on_each_kind,
};
use super::{ScriptInput, Scripts, judge};
use crate::account::{AccountReview, PolicyVersion, PrincipalIdentity};
use crate::aws::{Arg, AwsCommand, Operation};
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

const DETACH_FIRST: ScriptOption = ScriptOption {
    name: "--detach-first",
    variable: "detach_first",
    help: "detaches one policy before the other is attached, where there is no room for both",
};

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
    let script = |name, purpose: &str, options: &[ScriptOption]| {
        let mut script = Script::new(name, purpose, options, input.files, Some(account));
        let arns = [old.arn.as_str(), new.as_str()].map(Part::Word);
        script.functions("\nold={}\nnew={}", arns);
        script.functions(ASK, []);
        script.functions(HAS, []);
        define_policies_of(&mut script, &old.attached_to);
        define_holds_after(&mut script, after);
        script
    };

    let purpose = format!("Puts {successor}, which is narrower, in the place of AWS's {title}.");
    let mut apply = script(ScriptName::Apply, &purpose, &[DETACH_FIRST]);
    apply.functions(WAIT_FOR, []);
    define_must_be_same(&mut apply, &old.attached_to);
    define_swap(&mut apply, &old.attached_to);
    demand_as_seen(&mut apply, "$old", &old.id);
    demand_holders(&mut apply, old);
    apply.lines(IS_MADE, []);
    define_can_swap(&mut apply);
    apply.for_each("can_swap", &old.attached_to);
    judge(&mut apply, "after.json");
    input.beside.check(&mut apply, AttachedLater::New);
    apply.checks_end(
        input.unused,
        &format!("{successor} takes the place of {title}"),
    );
    input.beside.give(&mut apply);
    let create = AwsCommand::new(Operation::CreatePolicy)
        .arg("policy-name", &successor)
        .on_another_line()
        .arg("policy-document", "file://after.json")
        .on_another_line()
        .arg("query", "Policy.Arn")
        .arg("output", "text");
    apply.lines(CREATE, [Part::Command(create)]);
    apply.for_each("swap", &old.attached_to);

    let purpose = format!("Puts AWS's {title} back in the place of {successor}.");
    let mut rollback = script(
        ScriptName::Rollback,
        &purpose,
        &[DETACH_FIRST, NEWER_VERSION],
    );
    rollback.functions(LEAVE, []);
    define_who_has(&mut rollback, &old.attached_to);
    define_same(&mut rollback, &old.attached_to);
    define_joined(&mut rollback, &old.attached_to);
    define_back(&mut rollback, &old.attached_to);
    demand_old_version(&mut rollback, old);
    rollback.lines(IS_OURS, []);
    input.beside.check_back(&mut rollback);
    rollback.lines("\nopen_log rollback.sh", []);
    rollback.for_each("back", &old.attached_to);
    let delete = AwsCommand::new(Operation::DeletePolicy)
        .arg("policy-arn", Arg::Expression("$new"))
        .arg("output", "text");
    rollback.lines(DELETE, [Part::Command(delete)]);
    input.beside.take_back(&mut rollback);
    let (apply_is_done, rollback_is_done) = (
        format!("{successor} is in the place of {title}"),
        format!("{title} is attached again"),
    );
    Scripts {
        successor: Some(successor),
        ..Scripts::of(apply.done(&apply_is_done), rollback.done(&rollback_is_done))
    }
}

/// Writes a shell function that checks whether the new policy is the narrowed one.
fn define_holds_after(script: &mut Script, after: &str) {
    let query = format!("PolicyVersion.Document == {after}");
    script.functions(HOLDS_AFTER, compare_default("$new", query));
}

const HOLDS_AFTER: &str = r"
# Whether the new policy is after.json.
holds_after() {
  version=$({}) || return
  {}
}";

/// The new policy is to be made, unless it was made here.
const IS_MADE: &str = r#"
how_ended create
is_made=$(ask holds_after)
[ "$is_made" = gone ] || { [ "$is_made" = true ] && [ -n "$ended" ]; } ||
  refuse "there is a policy $new, which was not made here or was changed since""#;

const CREATE: &str = r#"
if [ "$is_made" = gone ]; then
  step create {}
  wait_for holds_after
fi"#;

fn define_swap(script: &mut Script, principals: &[PrincipalIdentity]) {
    let attach = on_each_kind(principals, Operation::AttachPolicy, "$new");
    let detach = on_each_kind(principals, Operation::DetachPolicy, "$old");
    script.functions(INSPECT, []);
    script.functions(SWAP, [attach, detach]);
}

const INSPECT: &str = r#"
# inspect KIND NAME [ID]: sets $todo to swap, attach or nothing; refuses what was not left so here.
inspect() {
  must_be_same "$@"
  attached=$(policies_of "$1" "$2") || refuse "what $1 $2 has cannot be told"
  has_old=$(has "$attached" "$old")
  has_new=$(has "$attached" "$new")
  how_ended "attach $1 $2"
  attach=$ended
  how_ended "detach $1 $2"
  detach=$ended
  if [ "$has_old" = yes ] && [ "$detach" = finished ]; then
    refuse "$1 $2 has the old policy again, though it was detached here"
  elif [ "$has_old" = yes ]; then
    todo=swap
  elif [ -z "$attach$detach" ]; then
    refuse "$1 $2 does not have the policy any more; run iam-refine on the account as it is now"
  elif [ "$has_new" = yes ]; then
    todo=nothing
  elif [ "$detach" = finished ] && [ "${attach:-failed}" = failed ]; then
    todo=attach # the old one was detached first
  else
    refuse "$1 $2 has neither policy, and it is not known who detached them"
  fi
}"#;

const SWAP: &str = r#"
# attach KIND NAME
attach() {
  step "attach $1 $2" {}
}

# detach KIND NAME
detach() {
  step "detach $1 $2" {}
}

# swap KIND NAME [ID]: puts the new policy in the place of the old one.
swap() {
  inspect "$@"
  if [ "$todo" = attach ]; then
    attach "$1" "$2"
  elif [ "$todo" = swap ] && [ "$has_new" = yes ]; then
    detach "$1" "$2"
  elif [ "$todo" = swap ] && [ "$detach_first" = yes ]; then
    detach "$1" "$2"
    attach "$1" "$2"
  elif [ "$todo" = swap ]; then
    attach "$1" "$2"
    detach "$1" "$2"
  fi
}"#;

/// For a moment both policies are attached.
fn define_can_swap(script: &mut Script) {
    let most = AwsCommand::new(Operation::GetAccountSummary)
        .arg(
            "query",
            Arg::Expression("SummaryMap.AttachedPoliciesPer${counted}Quota"),
        )
        .arg("output", "text");
    script.functions(CAN_SWAP, [Part::Command(most)]);
}

const CAN_SWAP: &str = r#"
# can_swap KIND NAME [ID]: refuses, too, when both policies cannot be attached for a moment.
can_swap() {
  inspect "$@"
  if [ "$todo" = swap ] && [ "$has_new" = no ] && [ "$detach_first" = no ]; then
    case $1 in
    role) counted=Role ;;
    user) counted=User ;;
    group) counted=Group ;;
    esac
    most=$({})
    held=$(printf '%s\n' "$attached" | grep -c .)
    [ "$held" -lt "$most" ] ||
      refuse "$1 $2 has $held policies attached, and AWS allows $most. To detach the old one before" \
        'the new one is attached: sh apply.sh --detach-first'
  fi
}"#;

const IS_OURS: &str = r#"
is_ours=$(ask holds_after)
[ "$is_ours" = true ] || [ "$is_ours" = gone ] || refuse "the policy $new was changed since apply.sh""#;

fn define_back(script: &mut Script, principals: &[PrincipalIdentity]) {
    let put_back = on_each_kind(principals, Operation::AttachPolicy, "$old");
    let take_back = on_each_kind(principals, Operation::DetachPolicy, "$new");
    script.functions(BACK, [put_back, take_back]);
}

const BACK: &str = r#"
# put_back KIND NAME: attaches the old policy.
put_back() {
  step "put-back $1 $2" {}
}

# take_back KIND NAME [ID]: detaches the new policy.
freed=
take_back() {
  step "take-back $1 $2" {}
  freed="$freed
$*"
}

# back KIND NAME [ID]: puts the old policy back where apply.sh put the new one and that is still so.
back() {
  how_ended "attach $1 $2"
  attach=$ended
  how_ended "detach $1 $2"
  detach=$ended
  [ -n "$attach$detach" ] || return 0
  how_ended "put-back $1 $2"
  put=$ended
  how_ended "take-back $1 $2"
  taken=$ended
  attached=$(ask policies_of "$1" "$2") || attached=unknown
  has_old=$(has "$attached" "$old")
  has_new=$(has "$attached" "$new")
  joined=$(ask joined "$1" "$2") || joined=unknown
  same=$(same "$@") || same=unknown
  if [ "$attached" = gone ] || [ "$same" = gone ]; then
    printf 'gone: %s %s\n' "$1" "$2"
  elif [ "$same" = no ]; then
    printf 'gone: %s %s, and another one has its name\n' "$1" "$2"
  elif [ "$attached" = unknown ] || [ "$joined" = unknown ] || [ "$same" = unknown ]; then
    leave "$1 $2, since what it has cannot be told"
  elif [ "$has_old" = yes ]; then
    [ "$has_new" = no ] || take_back "$@" || leave "$1 $2"
  elif [ -n "$joined" ]; then
    leave "group $2, since these have joined it and would get more:
$joined"
  elif [ "$has_new" = yes ] && [ -n "$detach" ] && [ "$detach_first" = yes ]; then
    { take_back "$@" && put_back "$1" "$2"; } || leave "$1 $2"
  elif [ "$has_new" = yes ] && [ -n "$detach" ]; then
    { put_back "$1" "$2" && take_back "$@"; } || leave "$1 $2"
  elif [ "$taken" = finished ] && [ "${put:-failed}" = failed ]; then
    put_back "$1" "$2" || leave "$1 $2" # the new one was detached first
  elif [ "$has_new" = no ] && [ "$detach" = finished ] && [ "${attach:-failed}" = failed ]; then
    put_back "$1" "$2" || leave "$1 $2" # apply.sh came no further
  else
    leave "$1 $2, since its policies were changed after apply.sh, or it is not known by whom"
  fi
}"#;

const DELETE: &str = r#"
how_ended create
if [ -n "$ended" ] && [ "$is_ours" = true ]; then
  now=$(who_has "$new")
  [ "$dry_run" = no ] || now=$(added "$now" "$freed")
  if [ -z "$now" ]; then
    step delete {}
  else
    leave "the policy $new, since these have it:
$now"
  fi
fi"#;
