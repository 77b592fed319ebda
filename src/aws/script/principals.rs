//! What scripts know of principals: who has a policy, whether they are those who were reviewed, and who
//! is in a group.

use super::functions::ADDED;
use super::lines::{Part, Script, for_each_kind};
use crate::account::{PolicyVersion, PrincipalIdentity};
use crate::aws::{Arg, AwsCommand, Operation};
use crate::iam::quota::Owner;

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

/// Adds a function that refuses another principal than the one that was reviewed. It needs `ask`.
pub(super) fn define_must_be_same(script: &mut Script, principals: &[PrincipalIdentity]) {
    define_same(script, principals);
    script.functions(MUST_BE_SAME, []);
}

/// Adds a function that tells whether a principal is the one that was reviewed. It needs `ask`.
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
