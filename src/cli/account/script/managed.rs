//! Scripts for a managed policy of the account, and for one of which nothing is left.

use super::{NOT_AFTER, NOT_BEFORE, NOT_YET, Script, Scripts, Told};
use crate::cli::shell::{option, word};

/// The narrowed policy is a new version, and the default one.
pub fn new_version(policy: &Told, after: &str) -> Scripts {
    let arn = word(&policy.arn);
    let version = word(&policy.version);
    let title = &policy.title;
    let after = default_version_is(&arn, "holds_after", after);

    let mut apply = Script::new(&format!("Narrows {title}."), policy);
    apply.lines(MAKES_ROOM);
    apply.lines(&old_version_is(policy));
    apply.lines(&after);
    as_seen(&mut apply, policy);
    apply.demand("holds_before", NOT_BEFORE);
    apply.judge();
    apply.lines(&format!("policy={arn}"));
    apply.lines(MAKE_ROOM);
    apply.lines(&format!(
        "aws iam create-policy-version --policy-arn {arn} \\\n  --policy-document \
         file://after.json --set-as-default --output text >/dev/null"
    ));
    apply.wait_for("holds_after", NOT_YET);

    let mut rollback = Script::new(&format!("Undoes the narrowing of {title}."), policy);
    rollback.lines(&old_version_is(policy));
    rollback.lines(&after);
    rollback.lines(&default_version_is(&arn, "is_back", &policy.before));
    rollback.demand("holds_after", NOT_AFTER);
    rollback.demand(
        "holds_before",
        "the version that was in force before is another one now; nothing was changed",
    );
    rollback.lines(&format!(
        "\nnew=$(aws iam get-policy --policy-arn {arn} \\\n  --query Policy.DefaultVersionId \
         --output text)\naws iam set-default-policy-version --policy-arn {arn} --version-id \
         {version}\naws iam delete-policy-version --policy-arn {arn} --version-id \"$new\""
    ));
    rollback.wait_for("is_back", NOT_YET);
    Scripts::of(
        policy,
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
const MAKE_ROOM: &str = r#"versions=$(aws iam list-policy-versions --policy-arn "$policy" \
  --query 'length(Versions)' --output json)
if [ "$versions" -ge 5 ]; then
  [ "${1-}" = --delete-oldest-version ] ||
    stop 'the policy has five versions, and AWS keeps no more; nothing was changed. To delete the' \
      'oldest one that is not in force: apply.sh --delete-oldest-version'
  oldest=$(aws iam list-policy-versions --policy-arn "$policy" --output text \
    --query 'sort_by(Versions[?!IsDefaultVersion], &CreateDate)[0].VersionId')
  aws iam get-policy-version --policy-arn "$policy" --version-id "$oldest" \
    --query PolicyVersion.Document --output json >"deleted-$oldest.json"
  aws iam delete-policy-version --policy-arn "$policy" --version-id "$oldest"
  printf 'deleted version %s; rollback.sh does not bring it back: deleted-%s.json\n' \
    "$oldest" "$oldest"
fi
"#;

/// Nothing is left of the policy, so it is detached from all who have it.
pub fn detach(policy: &Told) -> Scripts {
    let title = &policy.title;
    let each = |verb: &str| {
        let arn = word(&policy.arn);
        let line = |(kind, name): &(&str, String)| {
            let name = option(&format!("{kind}-name"), name);
            format!("aws iam {verb}-{kind}-policy {name} --policy-arn {arn}")
        };
        let lines: Vec<String> = policy.attached.iter().map(line).collect();
        lines.join("\n")
    };
    let mut apply = Script::new(&format!("Detaches {title}: nothing of it is used."), policy);
    apply.lines(&old_version_is(policy));
    as_seen(&mut apply, policy);
    apply.demand("holds_before", NOT_BEFORE);
    apply.lines("");
    apply.lines(&each("detach"));

    let mut rollback = Script::new(&format!("Attaches {title} again."), policy);
    rollback.lines(&old_version_is(policy));
    rollback.demand(
        "holds_before",
        "AWS does not hold before.json any more; nothing was changed",
    );
    rollback.lines("");
    rollback.lines(&each("attach"));
    Scripts::of(
        policy,
        apply.done(&format!("{title} is detached")),
        rollback.done(&format!("{title} is attached again")),
    )
}

/// Makes sure that the version is in force which was refined, and nobody else has the policy.
pub(super) fn as_seen(script: &mut Script, policy: &Told) {
    let seen = policy.attached.len();
    let version = &policy.version;
    let query = format!(
        "Policy.[DefaultVersionId, AttachmentCount, PermissionsBoundaryUsageCount || `0`] == \
         `[\"{version}\",{seen},0]`"
    );
    script.lines(&format!(
        "\nis_as_seen() {{\n  aws iam get-policy --policy-arn {} \\\n    --query {} \\\n    \
         --output json\n}}",
        word(&policy.arn),
        word(&query)
    ));
    script.demand(
        "is_as_seen",
        &format!(
            "the policy is not as it was: version {version} in force, {seen} attachments, no \
             permissions boundary; nothing was changed. Run iam-refine on the account as it is now"
        ),
    );
}

/// A function that tells whether the version that was refined is as it was. Of AWS's own policies,
/// which may be longer than a command, no version is ever changed.
pub(super) fn old_version_is(policy: &Told) -> String {
    let is_of_aws = policy.arn.split(':').nth(4) == Some("aws");
    let query = if is_of_aws {
        format!("PolicyVersion.VersionId == `\"{}\"`", policy.version)
    } else {
        format!("PolicyVersion.Document == {}", policy.before)
    };
    format!(
        "\nholds_before() {{\n  aws iam get-policy-version --policy-arn {} --version-id {} \\\n    \
         --query {} \\\n    --output json\n}}",
        word(&policy.arn),
        word(&policy.version),
        word(&query)
    )
}

/// A function that tells whether the version in force is a document.
pub(super) fn default_version_is(arn: &str, function: &str, document: &str) -> String {
    format!(
        "\n{function}() {{\n  version=$(aws iam get-policy --policy-arn {arn} \\\n    --query \
         Policy.DefaultVersionId --output text)\n  aws iam get-policy-version --policy-arn {arn} \
         --version-id \"$version\" \\\n    --query {} \\\n    --output json\n}}",
        word(&format!("PolicyVersion.Document == {document}"))
    )
}
