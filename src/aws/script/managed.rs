//! Scripts for a managed policy of the account: the narrowed policy is a new version.

use super::beside::AttachedLater;
use super::functions::{ASK, HAS, LEAVE, WAIT_FOR};
use super::lines::{Part, Script, ScriptName, ScriptOption};
use super::principals::{define_holders, define_joined, demand_members};
use super::{NOT_BEFORE, ScriptInput, Scripts, judge};
use crate::account::PolicyVersion;
use crate::aws::{Arg, AwsCommand, Operation};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, VersionId};

const DELETE_OLDEST_VERSION: ScriptOption = ScriptOption {
    name: "--delete-oldest-version",
    variable: "delete_oldest_version",
    help: "makes room where the policy has five versions, which is all that AWS keeps",
};

/// The narrowed policy is a new version, and the default one.
pub(super) fn new_version(
    input: &ScriptInput<'_>,
    old: &PolicyVersion,
    account: Option<&AccountId>,
    after: &str,
) -> Scripts {
    let title = input.title;
    let script = |name, purpose: &str, options: &[ScriptOption]| {
        let mut script = Script::new(name, purpose, options, input.files, account);
        let words = [old.arn.as_str(), old.id.as_str()].map(Part::Word);
        script.functions("\npolicy={}\nold={}", words);
        define_holders(&mut script, old);
        define_default_version(&mut script, "$policy");
        define_version_is(&mut script, "holds_before", &input.before);
        define_version_is(&mut script, "holds_after", after);
        script.functions(WAIT_FOR, []);
        script.functions(MADE, []);
        script
    };
    let is_after = format!("{title} is after.json");
    let purpose = format!("Narrows {title}.");
    let mut apply = script(ScriptName::Apply, &purpose, &[DELETE_OLDEST_VERSION]);
    apply.lines(UNLESS_CREATED, [Part::Word(&is_after)]);
    demand_as_seen(&mut apply, "$policy", &old.id);
    apply.demand("holds_before \"$old\"", NOT_BEFORE);
    apply.lines(SAME_HOLDERS, []);
    demand_members(&mut apply, &old.attached_to);
    judge(&mut apply, "after.json");
    input.beside.check(&mut apply, AttachedLater::Nothing);
    create_version(&mut apply, input);

    let purpose = format!("Undoes the narrowing of {title}.");
    let mut rollback = script(ScriptName::Rollback, &purpose, &[]);
    input.beside.check_back(&mut rollback);
    roll_back(&mut rollback, old);
    input.beside.take_back(&mut rollback);
    Scripts::of(
        apply.done(&is_after),
        rollback.done(&format!("{title} is before.json again")),
    )
}

const MADE: &str = r#"
# made: the version that apply.sh made, as far as applied.log has it.
made() {
  version=
  [ ! -e applied.log ] || while read -r how what; do
    [ "$how" != printed ] || version=$what
  done <applied.log
  printf '%s\n' "$version"
}"#;

/// A version that was made is there already, and is in force.
const UNLESS_CREATED: &str = r#"
how_ended create-version
if [ -n "$ended" ]; then
  version=$(default_version)
  answer=$(holds_after "$version")
  if [ "$version" != "$old" ] && [ "$answer" = true ]; then
    made=$(made)
    [ -n "$made" ] || [ "$dry_run" = yes ] || note "printed $version"
    finish {}
  fi
fi"#;

const SAME_HOLDERS: &str = r#"
now=$(who_has "$policy")
[ "$now" = "$reviewed" ] || refuse "others have it than when it was reviewed; now:
$now
before:
$reviewed
run iam-refine on the account as it is now""#;

/// Creates a version. AWS keeps five of a policy at most.
fn create_version(script: &mut Script, input: &ScriptInput<'_>) {
    let beside = &input.beside;
    let list = || on_policy(Operation::ListPolicyVersions);
    let oldest = |operation| on_policy(operation).arg("version-id", Arg::Expression("$oldest"));
    let count = list()
        .on_another_line()
        .arg("query", "length(Versions)")
        .arg("output", "json");
    script.lines(COUNT_VERSIONS, [Part::Command(count)]);
    script.checks_end(
        input.unused,
        "a new version, which is after.json, is put in force",
    );
    beside.give(script);
    if !beside.policies.is_empty() {
        // What was looked at is a while ago.
        script.lines(SAME_HOLDERS, []);
        script.demand("is_as_seen", "the policy was changed meanwhile");
    }
    let find = list().arg("output", "json").on_another_line().arg(
        "query",
        "sort_by(Versions[?!IsDefaultVersion], &CreateDate)[0].VersionId",
    );
    let get = oldest(Operation::GetPolicyVersion)
        .on_another_line()
        .arg("query", "PolicyVersion.Document")
        .arg("output", "json");
    let delete = oldest(Operation::DeletePolicyVersion).arg("output", "text");
    let create = on_policy(Operation::CreatePolicyVersion)
        .on_another_line()
        .arg("policy-document", "file://after.json")
        .flag("set-as-default")
        .on_another_line()
        .arg("query", "PolicyVersion.VersionId")
        .arg("output", "text");
    let commands = [find, get, delete, create].map(Part::Command);
    script.lines(CREATE_VERSION, commands);
}

const COUNT_VERSIONS: &str = r#"
versions=$({})
[ "$versions" -lt 5 ] || [ "$delete_oldest_version" = yes ] ||
  refuse 'the policy has five versions, and AWS keeps no more. To delete the oldest one that is' \
    'not in force: sh apply.sh --delete-oldest-version'"#;

const CREATE_VERSION: &str = r#"
if [ "$versions" -ge 5 ]; then
  oldest=$({})
  oldest=${oldest#\"}
  oldest=${oldest%\"}
  {} >"deleted-$oldest.json"
  step "delete-version $oldest" {}
  printf 'deleted version %s, which rollback.sh does not bring back: deleted-%s.json\n' \
    "$oldest" "$oldest"
fi
step create-version {}

is_after() {
  version=$(default_version)
  holds_after "$version"
}
wait_for is_after"#;

/// The version from before is put in force again, and what was made is deleted.
fn roll_back(script: &mut Script, old: &PolicyVersion) {
    script.functions(ASK, []);
    script.functions(LEAVE, []);
    script.functions(HAS, []);
    script.functions(DEFINE_IS_BACK, []);
    let uses = on_policy(Operation::GetPolicy)
        .on_another_line()
        .arg("query", "Policy.PermissionsBoundaryUsageCount || `0`")
        .arg("output", "json");
    script.lines(MAY_PUT_IN_FORCE, [Part::Command(uses)]);
    if define_joined(script, &old.attached_to) {
        script.functions(NOBODY_JOINED, []);
        for group in old
            .attached_to
            .iter()
            .filter(|principal| principal.kind == Owner::Group)
        {
            script.lines("  nobody_joined {}", [Part::Principal(group)]);
        }
    }
    let set = on_policy(Operation::SetDefaultPolicyVersion)
        .arg("version-id", Arg::Expression("$old"))
        .arg("output", "text");
    let list = on_policy(Operation::ListPolicyVersions)
        .arg("output", "text")
        .on_another_line()
        .arg("query", "Versions[].[VersionId]");
    let delete = on_policy(Operation::DeletePolicyVersion)
        .arg("version-id", Arg::Expression("$made"))
        .arg("output", "text");
    script.lines(PUT_IN_FORCE, [set, list, delete].map(Part::Command));
}

const DEFINE_IS_BACK: &str = r#"
# Whether the version from before is in force.
is_back() {
  version=$(default_version)
  [ "$version" != "$old" ] || echo true
}"#;

const MAY_PUT_IN_FORCE: &str = r#"
version=$(ask default_version)
made=$(made)
how_ended create-version
if [ "$version" = gone ]; then
  refuse 'AWS does not have the policy any more'
elif [ "$version" != "$old" ]; then
  answer=$(holds_after "$version")
  if [ -z "$made" ] && [ -n "$ended" ] && [ "$answer" = true ]; then
    made=$version # apply.sh was killed before it wrote that down
  fi
  [ "$version" = "$made" ] || refuse "version $version is in force now, which apply.sh did not make"
  answer=$(ask holds_before "$old")
  [ "$answer" = true ] || refuse "version $old, which was in force before, is not before.json any more"
  boundaries=$({})
  [ "$boundaries" = 0 ] || refuse 'the policy is a permissions boundary now'
  now=$(who_has "$policy")
  new=$(added "$now" "$reviewed")
  [ -z "$new" ] || refuse "these have got the policy since, and before.json would give them more:
$new""#;

const NOBODY_JOINED: &str = r#"
# nobody_joined group NAME [ID]: as far as it still has the policy.
nobody_joined() {
  holds=$(has "$now" "$*")
  [ "$holds" = yes ] || return 0
  new=$(joined "$1" "$2")
  [ -z "$new" ] || refuse "these have joined group $2 since, and before.json would give them more:
$new"
}"#;

const PUT_IN_FORCE: &str = r#"
  open_log rollback.sh
  step set-default-version {}
  wait_for is_back
fi
if [ -n "$made" ]; then
  versions=$({})
  is_there=$(has "$versions" "$made")
  [ "$is_there" = no ] || step "delete-version $made" {}
fi"#;

/// Makes sure that the version is in force which was refined, and that it bounds nobody.
pub(super) fn demand_as_seen(script: &mut Script, arn: &'static str, version: &VersionId) {
    let look = AwsCommand::new(Operation::GetPolicy)
        .arg("policy-arn", Arg::Expression(arn))
        .on_another_line()
        .arg(
            "query",
            format!(
                "Policy.[DefaultVersionId, PermissionsBoundaryUsageCount || `0`] \
                 == `[\"{version}\",0]`"
            ),
        )
        .on_another_line()
        .arg("output", "json");
    script.functions("\nis_as_seen() {\n  {}\n}", [Part::Command(look)]);
    script.demand(
        "is_as_seen",
        &format!(
            "the policy is not as it was: version {version} in force, no permissions boundary. \
             Run iam-refine on the account as it is now"
        ),
    );
}

/// Writes a shell function that tells which version of a policy is in force.
pub(super) fn define_default_version(script: &mut Script, arn: &'static str) {
    let get = AwsCommand::new(Operation::GetPolicy)
        .arg("policy-arn", Arg::Expression(arn))
        .arg("query", "Policy.DefaultVersionId")
        .arg("output", "text");
    script.functions("\ndefault_version() {\n  {}\n}", [Part::Command(get)]);
}

/// Writes a shell function that checks whether a version is a document.
fn define_version_is(script: &mut Script, function: &'static str, document: &str) {
    let compare = on_policy(Operation::GetPolicyVersion)
        .arg("version-id", Arg::Expression("$1"))
        .on_another_line()
        .arg("query", format!("PolicyVersion.Document == {document}"))
        .on_another_line()
        .arg("output", "json");
    script.functions(
        "\n# {} VERSION\n{}() {\n  {}\n}",
        [
            Part::Code(function),
            Part::Code(function),
            Part::Command(compare),
        ],
    );
}

fn on_policy(operation: Operation) -> AwsCommand {
    AwsCommand::new(operation).arg("policy-arn", Arg::Expression("$policy"))
}
