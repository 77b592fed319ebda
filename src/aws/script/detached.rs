//! Scripts for a managed policy of which nothing is left: it is detached from all who have it.

use super::functions::{ADDED, ASK, HAS, LEAVE};
use super::lines::{Part, Script, ScriptName, ScriptOption};
use super::managed::{define_default_version, demand_as_seen};
use super::principals::{
    define_holders, define_joined, define_must_be_same, define_policies_of, define_same,
    demand_members, on_each_kind,
};
use super::{ScriptInput, Scripts};
use crate::account::PolicyVersion;
use crate::aws::Operation;
use crate::iam::AccountId;

/// AWS changes its own policies now and then.
pub(super) const NEWER_VERSION: ScriptOption = ScriptOption {
    name: "--newer-version",
    variable: "newer_version",
    help: "attaches the policy of AWS as it is now, which may allow more than it did",
};

/// The policy is detached from all who have it.
pub(super) fn detach(
    input: &ScriptInput<'_>,
    old: &PolicyVersion,
    account: Option<&AccountId>,
) -> Scripts {
    let title = input.title;
    let script = |name, purpose: &str, options: &[ScriptOption]| {
        let mut script = Script::new(name, purpose, options, input.files, account);
        script.functions("\nold={}", [Part::Word(old.arn.as_str())]);
        script.functions(HAS, []);
        define_policies_of(&mut script, &old.attached_to);
        script
    };
    let purpose = format!("Detaches {title}: nothing of it is used.");
    let mut apply = script(ScriptName::Apply, &purpose, &[]);
    apply.functions(ASK, []);
    define_must_be_same(&mut apply, &old.attached_to);
    apply.functions(
        DETACH,
        [on_each_kind(
            &old.attached_to,
            Operation::DetachPolicy,
            "$old",
        )],
    );
    demand_as_seen(&mut apply, "$old", &old.id);
    demand_holders(&mut apply, old);
    apply.for_each("inspect", &old.attached_to);
    apply.checks_end(
        input.unused,
        &format!("{title} is detached from all who have it"),
    );
    apply.for_each("detach", &old.attached_to);

    let purpose = format!("Attaches {title} again.");
    let options: &[ScriptOption] = if old.is_of_aws() {
        &[NEWER_VERSION]
    } else {
        &[]
    };
    let mut rollback = script(ScriptName::Rollback, &purpose, options);
    rollback.functions(ASK, []);
    rollback.functions(LEAVE, []);
    define_same(&mut rollback, &old.attached_to);
    define_joined(&mut rollback, &old.attached_to);
    rollback.functions(
        BACK,
        [on_each_kind(
            &old.attached_to,
            Operation::AttachPolicy,
            "$old",
        )],
    );
    demand_old_version(&mut rollback, old);
    rollback.lines("\nopen_log rollback.sh", []);
    rollback.for_each("back", &old.attached_to);
    Scripts::of(
        apply.done(&format!("{title} is detached")),
        rollback.done(&format!("{title} is attached again")),
    )
}

/// Refuses when somebody has the policy who was not reviewed, or is in a group that has it.
pub(super) fn demand_holders(script: &mut Script, old: &PolicyVersion) {
    define_holders(script, old);
    script.functions(ADDED, []);
    script.lines(NOBODY_ELSE, []);
    demand_members(script, &old.attached_to);
}

const NOBODY_ELSE: &str = r#"
now=$(who_has "$old")
others=$(added "$now" "$reviewed")
[ -z "$others" ] || refuse "these have the policy now, and nobody looked at what they use:
$others
run iam-refine on the account as it is now""#;

/// Refuses to attach another version than the one that was in force.
pub(super) fn demand_old_version(script: &mut Script, old: &PolicyVersion) {
    define_default_version(script, "$old");
    let is_as_it_was = if old.is_of_aws() {
        OLD_OR_NEWER_VERSION
    } else {
        OLD_VERSION
    };
    script.lines(is_as_it_was, [Part::Word(old.id.as_str())]);
}

const OLD_VERSION: &str = r#"
version=$(default_version)
[ "$version" = {} ] || refuse "the policy was changed since: version $version is in force now""#;

const OLD_OR_NEWER_VERSION: &str = r#"
version=$(default_version)
[ "$version" = {} ] || [ "$newer_version" = yes ] ||
  refuse "AWS has changed its policy since: version $version is in force now. To attach it as it is" \
    'now: sh rollback.sh --newer-version'"#;

const DETACH: &str = r#"
# inspect KIND NAME [ID]: refuses what is not as it was, and was not done here.
inspect() {
  must_be_same "$@"
  attached=$(policies_of "$1" "$2") || refuse "what $1 $2 has cannot be told"
  has_old=$(has "$attached" "$old")
  how_ended "detach $1 $2"
  case "$has_old $ended" in
  'yes finished') refuse "$1 $2 has the policy again, though it was detached here" ;;
  'no ') refuse "$1 $2 does not have the policy any more; run iam-refine on the account as it is now" ;;
  esac
}

# detach KIND NAME [ID]
detach() {
  inspect "$@"
  [ "$has_old" = no ] || step "detach $1 $2" {}
}"#;

const BACK: &str = r#"
# back KIND NAME [ID]: attaches the policy again where apply.sh detached it.
back() {
  how_ended "detach $1 $2"
  [ -n "$ended" ] || return 0
  detach=$ended
  attached=$(ask policies_of "$1" "$2") || attached=unknown
  has_old=$(has "$attached" "$old")
  joined=$(ask joined "$1" "$2") || joined=unknown
  same=$(same "$@") || same=unknown
  if [ "$attached" = gone ] || [ "$same" = gone ]; then
    printf 'gone: %s %s\n' "$1" "$2"
  elif [ "$same" = no ]; then
    printf 'gone: %s %s, and another one has its name\n' "$1" "$2"
  elif [ "$has_old" = yes ]; then
    : # it has it already
  elif [ "$attached" = unknown ] || [ "$joined" = unknown ] || [ "$same" = unknown ]; then
    leave "$1 $2, since what it has cannot be told"
  elif [ "$detach" != finished ]; then
    leave "$1 $2 does not have the policy, and whether apply.sh detached it is not known"
  elif [ -n "$joined" ]; then
    leave "group $2, since these have joined it and would get more:
$joined"
  else
    step "put-back $1 $2" {} || leave "$1 $2"
  fi
}"#;
