//! Scripts for one of AWS's own policies: a new one of the account takes its place.

use std::collections::BTreeSet;

use super::managed::{as_seen, default_version_is, old_version_is};
use super::{NOT_AFTER, NOT_BEFORE, NOT_YET, Script, Scripts, Told};
use crate::account::AccountReview;
use crate::cli::account::refined::Refined;
use crate::cli::shell::{option, word};

/// What IAM allows for the name of a policy, in characters.
const LONGEST_NAME: usize = 128;

/// A name for the policy that takes the place of each one, none of which the account has.
pub fn new_names(account: &AccountReview, refined: &[&Refined<'_>]) -> Vec<String> {
    let managed = account.account().managed.iter();
    let mut taken: BTreeSet<String> = managed
        .filter_map(|managed| managed.policy.origin.name.as_ref())
        .map(|name| name.to_ascii_lowercase())
        .collect();
    let name = |refined: &&Refined<'_>| {
        let numbers = (2..).map(|number| format!("-refined-{number}"));
        let endings = std::iter::once("-refined".to_owned()).chain(numbers);
        let mut names = endings.map(|ending| {
            let room = LONGEST_NAME - ending.len();
            let name: String = refined.name.chars().take(room).collect();
            name + &ending
        });
        let free = names.find(|name| taken.insert(name.to_ascii_lowercase()));
        free.unwrap_or_default()
    };
    refined.iter().map(name).collect()
}

/// A new policy is made, and attached in the place of the old one.
pub fn replace(policy: &Told, after: &str, new_name: &str) -> Scripts {
    let title = &policy.title;
    let partition = policy.arn.split(':').nth(1).unwrap_or("aws");
    let number = policy.account.as_deref().unwrap_or_default();
    let new_arn = word(&format!("arn:{partition}:iam::{number}:policy/{new_name}"));
    let old_arn = word(&policy.arn);
    let after = default_version_is(&new_arn, "holds_after", after);
    let each = |function: &str| {
        let line = |(kind, name): &(&str, String)| {
            let mut quota = (*kind).to_owned();
            quota[..1].make_ascii_uppercase();
            format!("{function} {kind} {quota} {}", word(name))
        };
        let lines: Vec<String> = policy.attached.iter().map(line).collect();
        lines.join("\n")
    };

    let mut apply = Script::new(
        &format!("Puts {new_name}, which is narrower, in the place of AWS's {title}."),
        policy,
    );
    apply.lines(&old_version_is(policy));
    apply.lines(&after);
    apply.lines(&format!("\nfrom={old_arn}\nto={new_arn}"));
    apply.lines(SWAP);
    as_seen(&mut apply, policy);
    apply.demand("holds_before", NOT_BEFORE);
    apply.judge();
    apply.lines(&each("has_room"));
    apply.lines(&format!(
        "aws iam create-policy {} \\\n  --policy-document file://after.json --output text \
         >/dev/null",
        option("policy-name", new_name)
    ));
    apply.wait_for("holds_after", NOT_YET);
    apply.lines(&each("swap"));

    let mut rollback = Script::new(
        &format!("Puts AWS's {title} back in the place of {new_name}."),
        policy,
    );
    rollback.lines(&after);
    rollback.lines(&format!("\nfrom={new_arn}\nto={old_arn}"));
    rollback.lines(SWAP);
    rollback.demand("holds_after", NOT_AFTER);
    rollback.lines("");
    rollback.lines(&each("has_room"));
    rollback.lines(&each("swap"));
    rollback.lines("aws iam delete-policy --policy-arn \"$from\"");
    Scripts::of(
        policy,
        apply.done(&format!("{new_name} is in the place of {title}")),
        rollback.done(&format!("{title} is attached again")),
    )
}

/// The functions that put `$to` in the place of `$from`; what is done already is passed over.
const SWAP: &str = r#"
case "${1-}" in
'' | --detach-first) ;;
*) stop "usage: $0 [--detach-first]" ;;
esac
order=${1-}

# has KIND NAME ARN
has() {
  aws iam "list-attached-$1-policies" "--$1-name=$2" --output json \
    --query "length(AttachedPolicies[?PolicyArn=='$3']) > \`0\`"
}

# has_room KIND QUOTA NAME: for a moment both policies are attached.
has_room() {
  [ "$order" != --detach-first ] || return 0
  answer=$(has "$1" "$3" "$to")
  [ "$answer" != true ] || return 0
  most=$(aws iam get-account-summary --query "SummaryMap.AttachedPoliciesPer${2}Quota" --output text)
  held=$(aws iam "list-attached-$1-policies" "--$1-name=$3" \
    --query 'length(AttachedPolicies)' --output json)
  [ "$held" -lt "$most" ] ||
    stop "$1 $3 has $held policies attached, and AWS allows $most; nothing was changed. To detach" \
      "the old policy before the new one is attached: $0 --detach-first"
}

# swap KIND QUOTA NAME
swap() {
  answer=$(has "$1" "$3" "$from")
  if [ "$order" = --detach-first ] && [ "$answer" = true ]; then
    aws iam "detach-$1-policy" "--$1-name=$3" --policy-arn "$from"
  fi
  aws iam "attach-$1-policy" "--$1-name=$3" --policy-arn "$to"
  if [ "$order" != --detach-first ] && [ "$answer" = true ]; then
    aws iam "detach-$1-policy" "--$1-name=$3" --policy-arn "$from"
  fi
}"#;
