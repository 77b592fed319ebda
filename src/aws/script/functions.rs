//! Functions of the shell that several scripts have, as text.

use super::lines::{Part, Script, for_each_kind};
use crate::account::{PolicyVersion, PrincipalIdentity};
use crate::aws::{Arg, AwsCommand, Operation};
use crate::iam::quota::Owner;

/// What every script has: stopping, knowing its files, and writing down what it does.
///
/// A step is written down before it begins and after it has ended, and both are on the disk before
/// anything else is done. So only a step whose script was killed has no known end. The call itself
/// is kept from signals, which the script obeys when the end is written.
pub(super) const ALL: &str = r#"
# refuse WHY: stops, and says what was changed until now.
refuse() {
  [ ! -s applied.log ] || stop "$*; applied.log tells what was changed until now"
  stop "$*; nothing was changed"
}

# must_be FILE SHA256: refuses a file that is not the one this script was written with.
must_be() {
  if command -v sha256sum >/dev/null; then
    sum=$(sha256sum <"$1")
  else
    sum=$(shasum -a 256 <"$1")
  fi || refuse "the SHA-256 of $1 cannot be taken"
  [ "${sum%% *}" = "$2" ] || refuse "$1 is not the file that this script was written with"
}

# lock: lets nothing else apply or roll back from this folder.
lock() {
  trap 'exit 1' HUP INT TERM
  mkdir applied.lock 2>/dev/null || locked
  trap 'rm -f applied.lock/holder; rmdir applied.lock' EXIT
  printf '%s %s\n' "$$" "$(uname -n)" >applied.lock/holder || stop 'applied.lock cannot be written'
}

# locked: refuses, and tells whose lock it is. It is never taken over: of two who find a lock that is
# left over, one could remove that of the other.
locked() {
  [ -e applied.lock ] || refuse 'applied.lock cannot be made in this folder'
  pid='' host=''
  [ ! -f applied.lock/holder ] || read -r pid host <applied.lock/holder || :
  case $pid in
  '' | *[!0-9]*) refuse 'another script runs here, or one was killed as it began; when none runs:' \
    'rm -r applied.lock' ;;
  esac
  [ "$host" = "$(uname -n)" ] || refuse "another script runs here, process $pid of $host, or was" \
    'killed; when it does not run there any more: rm -r applied.lock'
  if kill -0 "$pid" 2>/dev/null || [ -e "/proc/$pid" ] || ps -p "$pid" >/dev/null 2>&1; then
    refuse "another script runs here: process $pid. If that is something else, it was killed, and" \
      'what it left is removed by: rm -r applied.lock'
  fi
  refuse "the script that ran here was killed: process $pid does not run any more. Remove what it" \
    'left, and run this one again: rm -r applied.lock'
}

# open_log NAME: begins what this run writes down, on a line of its own.
open_log() {
  [ "$dry_run" = no ] || return 0
  note "
# $1 at $(date -u +%Y-%m-%dT%H:%M:%SZ)"
  note "begin $1"
}

# note WORDS: writes a line into applied.log, and has it on the disk.
note() {
  printf '%s\n' "$*" >>applied.log || stop "applied.log cannot be written, and lacks: $*"
  sync
}

# how_ended STEP: sets $ended to finished or failed; to begin when its end is not known; or to nothing.
how_ended() {
  ended=
  [ -e applied.log ] || return 0
  [ -f applied.log ] || stop 'applied.log is not a file'
  while read -r how what; do
    [ "$what" != "$1" ] || ended=$how
  done <applied.log || stop 'applied.log cannot be read'
}

# step NAME COMMAND...: does it, and writes down that it begins, what it prints and how it ends. No
# signal but KILL comes between.
interrupted=no
step() {
  name=$1
  shift
  if [ "$dry_run" = yes ]; then
    printf 'would be done: %s\n' "$name"
    return 0
  fi
  trap 'interrupted=yes' HUP INT TERM
  note "begin $name"
  if printed=$(trap '' HUP INT TERM && "$@"); then
    [ -z "$printed" ] || note "printed $printed"
    note "finished $name"
  else
    note "failed $name"
    printf 'failed: %s; applied.log tells what was done. To go on, run it again\n' "$name" >&2
    return 1
  fi
  trap 'exit 1' HUP INT TERM
  [ "$interrupted" = no ] || stop 'interrupted; applied.log tells what was done. To go on, run it again'
}"#;

/// Tells apart what AWS does not have from what could not be asked.
pub(super) const ASK: &str = r#"
# ask COMMAND...: prints what it prints, or `gone` when AWS does not have what it is about.
ask() {
  reply=$("$@" 2>/dev/null) || reply=$("$@" 2>&1) || case $reply in
  *NoSuchEntity*) reply=gone ;;
  *)
    printf '%s\n' "$reply" >&2
    return 1
    ;;
  esac
  printf '%s\n' "$reply"
}"#;

pub(super) const WAIT_FOR: &str = r#"
# wait_for CHECK: what was written may take a moment to be read everywhere.
wait_for() {
  [ "$dry_run" = no ] || return 0
  tries=0
  until [ "$("$1")" = true ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 10 ] || stop 'it was changed, but AWS does not show it yet; look again in a while'
    sleep 2
  done
}"#;

pub(super) const FINISH_APPLY: &str = r#"
# finish WHAT
finish() {
  printf 'done: %s\n' "$1"
  printf 'watch for AccessDenied, in logs and as the errorCode in CloudTrail; to undo: rollback.sh\n'
  exit 0
}
"#;

pub(super) const FINISH_ROLLBACK: &str = r#"
# finish WHAT: what is undone is not undone again.
finish() {
  [ "$left" = no ] || stop 'what is named above is left as it is, and applied.log stays'
  if [ "$dry_run" = yes ]; then
    printf 'nothing was changed; without --dry-run: %s\n' "$1"
    exit 0
  fi
  cat applied.log >>rolled-back.log
  rm applied.log
  printf 'done: %s\n' "$1"
  exit 0
}
"#;

/// What rollbacks have besides.
pub(super) const LEAVE: &str = r#"
# leave WHAT: goes on, and says what stays as it is.
left=no
leave() {
  printf 'left as it is: %s\n' "$*" >&2
  left=yes
}"#;

/// Has the script know who had the policy, and adds a function that tells who has one now.
pub(super) fn define_holders(script: &mut Script, policy: &PolicyVersion) {
    let mut reviewed: Vec<String> = (policy.attached_to.iter())
        .map(|principal| principal.words().collect::<Vec<_>>().join(" "))
        .collect();
    reviewed.sort();
    script.functions(REVIEWED, [Part::Word(&reviewed.join("\n"))]);
    define_who_has(script, &policy.attached_to);
}

const REVIEWED: &str = "\n# Who had it when it was reviewed.\nreviewed={}";

/// Adds a function that tells who has a managed policy, with their ids if those of `reviewed` are
/// known.
pub(super) fn define_who_has(script: &mut Script, reviewed: &[PrincipalIdentity]) {
    let query = if have_ids(reviewed) {
        r#"[PolicyRoles[].[`"role"`, RoleName, RoleId], PolicyUsers[].[`"user"`, UserName, UserId], PolicyGroups[].[`"group"`, GroupName, GroupId]][]"#
    } else {
        r#"[PolicyRoles[].[`"role"`, RoleName], PolicyUsers[].[`"user"`, UserName], PolicyGroups[].[`"group"`, GroupName]][]"#
    };
    let list = AwsCommand::new(Operation::ListEntitiesForPolicy)
        .arg("policy-arn", Arg::Expression("$1"))
        .on_another_line()
        .arg("policy-usage-filter", "PermissionsPolicy")
        .arg("output", "text")
        .on_another_line()
        .arg("query", query);
    script.functions(WHO_HAS, [Part::Command(list)]);
}

const WHO_HAS: &str = r#"
# who_has ARN: the roles, users and groups that it is attached to.
who_has() {
  attached=$({}) || return
  printf '%s\n' "$attached" | tr '\t' ' ' | LC_ALL=C sort
}"#;

/// Whether the ids of these are known, which are known of all or of none.
fn have_ids(principals: &[PrincipalIdentity]) -> bool {
    principals.iter().any(|principal| principal.id.is_some())
}

/// Tells which lines were not there before. They may be more than fit into the arguments of a command.
pub(super) const ADDED: &str = r#"
# added NOW BEFORE: the lines of NOW that BEFORE does not have.
added() {
  printf '%s\n/\n%s\n' "$2" "$1" |
    awk '$0 == "/" { is_now = 1; next } !is_now { before[$0]; next } $0 != "" && !($0 in before)'
}"#;

/// Adds a function that refuses another principal than the one that was reviewed. It needs [`ASK`].
pub(super) fn define_must_be_same(script: &mut Script, principals: &[PrincipalIdentity]) {
    define_same(script, principals);
    script.functions(MUST_BE_SAME, []);
}

/// Adds a function that tells whether a principal is the one that was reviewed. It needs [`ASK`].
pub(super) fn define_same(script: &mut Script, principals: &[PrincipalIdentity]) {
    if !have_ids(principals) {
        script.functions(NOBODY_KNOWS, []);
        return;
    }
    let kinds = principals.iter().map(|principal| principal.kind).collect();
    let get = |kind| {
        AwsCommand::new(Operation::GetPrincipal(kind))
            .principal(Arg::Expression("$2"))
            .flag("no-paginate")
            .on_another_line()
            .arg("query", "[Role.RoleId, User.UserId, Group.GroupId][?@]")
            .arg("output", "text")
    };
    script.functions(SAME, [for_each_kind(&kinds, get)]);
}

const SAME: &str = r#"
# who_is KIND NAME: its id.
who_is() {
  {}
}

# same KIND NAME ID: whether it is the one that was reviewed: yes, no, or gone. By now another one may
# have its name.
same() {
  id=$(ask who_is "$1" "$2") || return
  case $id in
  "$3") echo yes ;;
  gone) echo gone ;;
  *) echo no ;;
  esac
}"#;

/// The same where the ids are not known.
const NOBODY_KNOWS: &str = r"
# same KIND NAME: as far as its name tells, since the review does not have its id.
same() {
  echo yes
}";

const MUST_BE_SAME: &str = r#"
# must_be_same KIND NAME [ID]: refuses what is gone, and another one of its name.
must_be_same() {
  same=$(same "$@") || refuse "who $1 $2 is cannot be told"
  case $same in
  yes) ;;
  gone) refuse "AWS does not have $1 $2 any more; run iam-refine on the account as it is now" ;;
  *) refuse "$1 $2 was deleted and is another one now, whose use nobody looked at; run iam-refine on" \
    'the account as it is now' ;;
  esac
}"#;

/// Adds a function that tells which managed policies a principal has.
pub(super) fn define_policies_of(script: &mut Script, principals: &[PrincipalIdentity]) {
    let kinds = principals.iter().map(|principal| principal.kind).collect();
    let list = |kind| {
        AwsCommand::new(Operation::ListAttachedPolicies(kind))
            .principal(Arg::Expression("$2"))
            .on_another_line()
            .arg("query", "AttachedPolicies[].[PolicyArn]")
            .arg("output", "text")
    };
    script.functions(POLICIES_OF, [for_each_kind(&kinds, list)]);
}

const POLICIES_OF: &str = r"
# policies_of KIND NAME: the ARNs of the managed policies that are attached to it.
policies_of() {
  {}
}";

/// `operation`, which attaches or detaches `arn`, for whichever kind of principal it is about.
pub(super) fn on_each_kind<'a>(
    principals: &[PrincipalIdentity],
    operation: fn(Owner) -> Operation,
    arn: &'static str,
) -> Part<'a> {
    let kinds = principals.iter().map(|principal| principal.kind).collect();
    for_each_kind(&kinds, |kind| {
        AwsCommand::new(operation(kind))
            .principal(Arg::Expression("$2"))
            .arg("policy-arn", Arg::Expression(arn))
            .arg("output", "text")
    })
}

/// Tells whether there is a line.
pub(super) const HAS: &str = r#"
# has LINES LINE: yes or no.
has() {
  case "
$1
" in
  *"
$2
"*) echo yes ;;
  *) echo no ;;
  esac
}"#;

/// Adds what tells who was in which group, and who is. Returns whether there is a group.
fn define_members(script: &mut Script, principals: &[PrincipalIdentity]) -> bool {
    let groups = principals.iter();
    let groups: Vec<_> = groups
        .filter(|principal| principal.kind == Owner::Group)
        .collect();
    if groups.is_empty() {
        return false;
    }
    script.functions(
        "\n# members_reviewed GROUP: who was in it when it was reviewed.\nmembers_reviewed() {\n  case $1 in",
        [],
    );
    for group in groups {
        let mut members: Vec<String> = (group.members.iter())
            .map(|member| member.words().skip(1).collect::<Vec<_>>().join(" "))
            .collect();
        members.sort_unstable();
        let members = members.join("\n");
        script.functions(
            "  {}) printf '%s\\n' {} ;;",
            [Part::Word(group.name.as_str()), Part::Word(&members)],
        );
    }
    let mut members = principals.iter().flat_map(|group| &group.members);
    let has_ids = members.any(|member| member.id.is_some());
    let get = AwsCommand::new(Operation::GetPrincipal(Owner::Group))
        .principal(Arg::Expression("$1"))
        .arg(
            "query",
            if has_ids {
                "Users[].[UserName, UserId]"
            } else {
                "Users[].[UserName]"
            },
        )
        .arg("output", "text");
    script.functions(MEMBERS_OF, [Part::Command(get)]);
    true
}

const MEMBERS_OF: &str = r#"  esac
}

# members_of GROUP: who is in it.
members_of() {
  users=$({}) || return
  printf '%s\n' "$users" | tr '\t' ' ' | LC_ALL=C sort
}"#;

/// Has the script refuse when other users are in a group than when it was reviewed.
pub(super) fn demand_members(script: &mut Script, principals: &[PrincipalIdentity]) {
    if !define_members(script, principals) {
        return;
    }
    script.functions(SAME_MEMBERS, []);
    for group in principals
        .iter()
        .filter(|principal| principal.kind == Owner::Group)
    {
        script.lines("same_members {}", [Part::Word(group.name.as_str())]);
    }
}

const SAME_MEMBERS: &str = r#"
# same_members GROUP
same_members() {
  now=$(members_of "$1")
  before=$(members_reviewed "$1")
  [ "$now" = "$before" ] || refuse "in group $1 are others than when it was reviewed; now:
$now
before:
$before
run iam-refine on the account as it is now"
}"#;

/// Adds a function of rollbacks that tells who is in a group and was not. Returns whether there is
/// a group.
pub(super) fn define_joined(script: &mut Script, principals: &[PrincipalIdentity]) -> bool {
    script.functions(ADDED, []);
    let has_groups = define_members(script, principals);
    script.functions(if has_groups { JOINED } else { NOBODY_JOINED }, []);
    has_groups
}

const JOINED: &str = r#"
# joined KIND NAME: who is in the group and was not when it was reviewed.
joined() {
  [ "$1" = group ] || return 0
  now=$(members_of "$2") || return
  before=$(members_reviewed "$2")
  added "$now" "$before"
}"#;

/// The same where there is no group.
const NOBODY_JOINED: &str = r"
# joined KIND NAME: nobody, since there is no group.
joined() {
  :
}";
