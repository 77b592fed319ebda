//! Scripts for a managed policy of the account, and for one of which nothing is left.

use super::lines::{Part, Script};
use super::{NOT_AFTER, NOT_BEFORE, NOT_YET, ScriptInput, Scripts, judge};
use crate::account::{PolicyVersion, PrincipalIdentity};
use crate::aws::{Arg, AwsCommand, Operation};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn};

/// The narrowed policy is a new version, and the default one.
pub(super) fn new_version(
    input: &ScriptInput<'_>,
    old: &PolicyVersion,
    account: Option<&AccountId>,
    after: &str,
) -> Scripts {
    let title = input.title;
    let mut apply = Script::new(&format!("Narrows {title}."), account);
    apply.lines(MAKES_ROOM, []);
    define_old_version_is(&mut apply, input, old);
    define_default_version_is(&mut apply, &old.arn, "holds_after", after);
    demand_as_seen(&mut apply, old);
    apply.demand("holds_before", NOT_BEFORE);
    judge(&mut apply);
    make_room(&mut apply, &old.arn);
    let create = on_policy(Operation::CreatePolicyVersion, &old.arn)
        .on_another_line()
        .arg("policy-document", "file://after.json")
        .flag("set-as-default")
        .arg("output", "text");
    apply.lines("{} >/dev/null", [Part::Command(create)]);
    apply.wait_for("holds_after", NOT_YET);

    let mut rollback = Script::new(&format!("Undoes the narrowing of {title}."), account);
    define_old_version_is(&mut rollback, input, old);
    define_default_version_is(&mut rollback, &old.arn, "holds_after", after);
    define_default_version_is(&mut rollback, &old.arn, "is_back", &input.before);
    rollback.demand("holds_after", NOT_AFTER);
    rollback.demand(
        "holds_before",
        "the version that was in force before is another one now; nothing was changed",
    );
    rollback.lines(
        "\nnew=$({})\n{}\n{}",
        [
            Part::Command(default_version(&old.arn)),
            Part::Command(
                on_policy(Operation::SetDefaultPolicyVersion, &old.arn).arg("version-id", &old.id),
            ),
            Part::Command(
                on_policy(Operation::DeletePolicyVersion, &old.arn)
                    .arg("version-id", Arg::Expression("$new")),
            ),
        ],
    );
    rollback.wait_for("is_back", NOT_YET);
    Scripts::of(
        apply.done(&format!("{title} is after.json")),
        rollback.done(&format!("{title} is before.json again")),
    )
}

const MAKES_ROOM: &str = r#"
case "${1-}" in
'' | --delete-oldest-version) ;;
*) stop 'usage: apply.sh [--delete-oldest-version]' ;;
esac"#;

/// AWS keeps five versions of a policy at most.
fn make_room(script: &mut Script, arn: &Arn) {
    let policy = || Arg::Expression("$policy");
    let list = || AwsCommand::new(Operation::ListPolicyVersions).arg("policy-arn", policy());
    let oldest = |operation| {
        AwsCommand::new(operation)
            .arg("policy-arn", policy())
            .arg("version-id", Arg::Expression("$oldest"))
    };
    let count = list()
        .on_another_line()
        .arg("query", "length(Versions)")
        .arg("output", "json");
    let find = list().arg("output", "text").on_another_line().arg(
        "query",
        "sort_by(Versions[?!IsDefaultVersion], &CreateDate)[0].VersionId",
    );
    let get = oldest(Operation::GetPolicyVersion)
        .on_another_line()
        .arg("query", "PolicyVersion.Document")
        .arg("output", "json");
    let delete = oldest(Operation::DeletePolicyVersion);
    script.lines(
        MAKE_ROOM,
        [
            Part::Word(arn.as_str()),
            Part::Command(count),
            Part::Command(find),
            Part::Command(get),
            Part::Command(delete),
        ],
    );
}

const MAKE_ROOM: &str = r#"policy={}
versions=$({})
if [ "$versions" -ge 5 ]; then
  [ "${1-}" = --delete-oldest-version ] ||
    stop 'the policy has five versions, and AWS keeps no more; nothing was changed. To delete the' \
      'oldest one that is not in force: apply.sh --delete-oldest-version'
  oldest=$({})
  {} >"deleted-$oldest.json"
  {}
  printf 'deleted version %s; rollback.sh does not bring it back: deleted-%s.json\n' \
    "$oldest" "$oldest"
fi
"#;

/// Nothing is left of the policy, so it is detached from all who have it.
pub(super) fn detach(
    input: &ScriptInput<'_>,
    old: &PolicyVersion,
    account: Option<&AccountId>,
) -> Scripts {
    let title = input.title;
    let each = |script: &mut Script, operation: fn(Owner) -> Operation| {
        for PrincipalIdentity { kind, name } in &old.attached_to {
            let command = AwsCommand::new(operation(*kind)).principal(name);
            script.run(command.arg("policy-arn", &old.arn));
        }
    };
    let purpose = format!("Detaches {title}: nothing of it is used.");
    let mut apply = Script::new(&purpose, account);
    define_old_version_is(&mut apply, input, old);
    demand_as_seen(&mut apply, old);
    apply.demand("holds_before", NOT_BEFORE);
    apply.lines("", []);
    each(&mut apply, Operation::DetachPolicy);

    let mut rollback = Script::new(&format!("Attaches {title} again."), account);
    define_old_version_is(&mut rollback, input, old);
    rollback.demand(
        "holds_before",
        "AWS does not hold before.json any more; nothing was changed",
    );
    rollback.lines("", []);
    each(&mut rollback, Operation::AttachPolicy);
    Scripts::of(
        apply.done(&format!("{title} is detached")),
        rollback.done(&format!("{title} is attached again")),
    )
}

/// Makes sure that the version is in force which was refined, and nobody else has the policy.
pub(super) fn demand_as_seen(script: &mut Script, old: &PolicyVersion) {
    let seen = old.attached_to.len();
    let version = &old.id;
    let look = on_policy(Operation::GetPolicy, &old.arn)
        .on_another_line()
        .arg(
            "query",
            format!(
                "Policy.[DefaultVersionId, AttachmentCount, PermissionsBoundaryUsageCount || `0`] \
                 == `[\"{version}\",{seen},0]`"
            ),
        )
        .on_another_line()
        .arg("output", "json");
    script.lines("\nis_as_seen() {\n  {}\n}", [Part::Command(look)]);
    script.demand(
        "is_as_seen",
        &format!(
            "the policy is not as it was: version {version} in force, {seen} attachments, no \
             permissions boundary; nothing was changed. Run iam-refine on the account as it is now"
        ),
    );
}

/// Writes a shell function that checks whether the version that was refined is as it was. Of AWS's
/// own policies, which may be longer than a command, no version is ever changed.
pub(super) fn define_old_version_is(
    script: &mut Script,
    input: &ScriptInput<'_>,
    old: &PolicyVersion,
) {
    let is_of_aws = old
        .arn
        .account()
        .is_some_and(|account| account.as_str() == "aws");
    let query = if is_of_aws {
        format!("PolicyVersion.VersionId == `\"{}\"`", old.id)
    } else {
        format!("PolicyVersion.Document == {}", input.before)
    };
    let compare = on_policy(Operation::GetPolicyVersion, &old.arn)
        .arg("version-id", &old.id)
        .on_another_line()
        .arg("query", query)
        .on_another_line()
        .arg("output", "json");
    script.lines("\nholds_before() {\n  {}\n}", [Part::Command(compare)]);
}

/// Writes a shell function that checks whether the version in force is a document.
pub(super) fn define_default_version_is(
    script: &mut Script,
    arn: &Arn,
    function: &'static str,
    document: &str,
) {
    let compare = on_policy(Operation::GetPolicyVersion, arn)
        .arg("version-id", Arg::Expression("$version"))
        .on_another_line()
        .arg("query", format!("PolicyVersion.Document == {document}"))
        .on_another_line()
        .arg("output", "json");
    script.lines(
        "\n{}() {\n  version=$({})\n  {}\n}",
        [
            Part::Code(function),
            Part::Command(default_version(arn)),
            Part::Command(compare),
        ],
    );
}

fn default_version(arn: &Arn) -> AwsCommand {
    on_policy(Operation::GetPolicy, arn)
        .on_another_line()
        .arg("query", "Policy.DefaultVersionId")
        .arg("output", "text")
}

fn on_policy(operation: Operation, arn: &Arn) -> AwsCommand {
    AwsCommand::new(operation).arg("policy-arn", arn)
}
