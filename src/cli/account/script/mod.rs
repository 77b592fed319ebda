//! Shell scripts that bring a refined policy to AWS, and take it back.
//!
//! They need a POSIX shell and the `aws` command, nothing else. Policies are compared as JSON by
//! `aws` itself: its `--query` compares what AWS holds with a literal, whatever the order of keys.
//! Each script looks before it changes anything, and stops when AWS holds something else.

mod inline;
mod managed;
mod permissions;
mod replaced;

use std::collections::BTreeSet;

use super::refined::{Change, Refined};
use crate::account::{AccountReview, PrincipalPlace, SubjectKind};
use crate::cli::shell::word;

use permissions::permissions;
pub use replaced::new_names;

/// The way there and the way back.
pub struct Scripts {
    /// `apply.sh`.
    pub apply: String,
    /// `rollback.sh`.
    pub rollback: String,
    /// What `apply.sh` needs to be allowed.
    pub apply_needs: BTreeSet<String>,
    /// What `rollback.sh` needs to be allowed.
    pub rollback_needs: BTreeSet<String>,
}

impl Scripts {
    fn of(policy: &Told, apply: String, rollback: String) -> Self {
        let kinds = policy.attached.iter().map(|(kind, _)| *kind).collect();
        Scripts {
            apply_needs: permissions(&apply, &kinds),
            rollback_needs: permissions(&rollback, &kinds),
            apply,
            rollback,
        }
    }
}

/// The scripts for a policy that changes; `new_name` is what a policy is called that takes the
/// place of one of AWS's own.
pub fn scripts(
    account: &AccountReview,
    refined: &Refined<'_>,
    change: &Change,
    new_name: &str,
) -> Scripts {
    let policy = Told::of(account, refined, change);
    match (refined.subject.kind, &policy.after) {
        (SubjectKind::Inline, Some(after)) => inline::put(&policy, after),
        (SubjectKind::Inline, None) => inline::delete(&policy),
        (SubjectKind::Managed, Some(after)) => managed::new_version(&policy, after),
        (SubjectKind::AwsManaged, Some(after)) => replaced::replace(&policy, after, new_name),
        (SubjectKind::Managed | SubjectKind::AwsManaged, None) => managed::detach(&policy),
    }
}

/// What scripts need to know of a policy.
struct Told {
    /// What people call it.
    title: String,
    /// Its name; of an inline policy alone.
    name: String,
    /// Its ARN; of a managed policy alone.
    arn: String,
    /// Its version; of a managed policy alone.
    version: String,
    /// The number of the AWS account.
    account: Option<String>,
    /// Whom it is attached to or embedded in: kind and name.
    attached: Vec<(&'static str, String)>,
    /// The old document as a literal of `JMESPath`.
    before: String,
    /// The new one.
    after: Option<String>,
}

impl Told {
    fn of(account: &AccountReview, refined: &Refined<'_>, change: &Change) -> Self {
        let policy = account.policy(refined.subject);
        let origin = &policy.origin;
        let attached = &refined.subject.attached_to;
        let arns = attached
            .iter()
            .map(|&place| account.principal(place).owner.arn.clone());
        let number = |arn: String| arn.split(':').nth(4).map(str::to_owned);
        let principal = |&place: &PrincipalPlace| {
            let owner = &account.principal(place).owner;
            (owner.kind.as_str(), owner.name.clone())
        };
        Told {
            title: refined.name.clone(),
            name: origin.name.clone().unwrap_or_default(),
            arn: origin.arn.clone().unwrap_or_default(),
            version: origin.version.clone().unwrap_or_default(),
            account: arns.flatten().find_map(number),
            attached: attached.iter().map(principal).collect(),
            before: literal(policy.document.source().text()),
            after: change.text.as_deref().map(literal),
        }
    }
}

/// A policy as a literal of `JMESPath`, in ASCII: JSON between back quotes.
fn literal(policy: &str) -> String {
    let policy = policy.trim_start_matches('\u{feff}');
    let value: serde_json::Value = serde_json::from_str(policy).unwrap_or_default();
    let mut literal = String::from("`");
    for character in value.to_string().chars() {
        if character.is_ascii() && character != '`' {
            literal.push(character);
        } else {
            let units = character.encode_utf16(&mut [0; 2]).to_vec();
            literal.extend(units.into_iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    literal + "`"
}

/// A script as it is written down.
struct Script(String);

impl Script {
    /// Begins a script that does what `purpose` says, with the functions that all have.
    fn new(purpose: &str, policy: &Told) -> Self {
        let mut script = Script(format!(
            "#!/bin/sh\n# {purpose}\n# Written by iam-refine. It needs the aws command and nothing \
             else.\n# shellcheck disable=SC2016 # what stands in back quotes is for aws --query\n"
        ));
        script.lines(SET_UP);
        if let Some(account) = &policy.account {
            script.lines(&format!(
                "\nmeant={}\naccount=$(aws sts get-caller-identity --query Account --output \
                 text)\n[ \"$account\" = \"$meant\" ] ||\n  \
                 stop \"these are credentials of account $account, and $meant is meant\"",
                word(account)
            ));
        }
        script
    }

    fn lines(&mut self, lines: &str) {
        self.0 += lines;
        self.0.push('\n');
    }

    /// Stops unless what `function` says holds.
    fn demand(&mut self, function: &str, otherwise: &str) {
        let otherwise = word(otherwise);
        self.lines(&format!(
            "\nanswer=$({function})\n[ \"$answer\" = true ] || stop {otherwise}"
        ));
    }

    /// Looks again and again until what `function` says holds.
    fn wait_for(&mut self, function: &str, otherwise: &str) {
        self.lines(&format!("wait_for {function} {}", word(otherwise)));
    }

    /// Has AWS judge `after.json`.
    fn judge(&mut self) {
        self.lines(JUDGE);
    }

    fn done(mut self, what: &str) -> String {
        self.lines(&format!("printf 'done: %s\\n' {}", word(what)));
        self.0
    }
}

const SET_UP: &str = r#"set -eu
cd -- "$(dirname -- "$0")"
export AWS_PAGER=''

stop() {
  printf 'stopped: %s\n' "$*" >&2
  exit 1
}

# wait_for CHECK MESSAGE: what was written may take a moment to be read everywhere.
wait_for() {
  tries=0
  until [ "$("$1")" = true ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 10 ] || stop "$2"
    sleep 2
  done
}

command -v aws >/dev/null || stop 'there is no aws command'"#;

const JUDGE: &str = r#"
faults=$(aws accessanalyzer validate-policy --policy-type IDENTITY_POLICY \
  --policy-document file://after.json \
  --query 'length(findings[?findingType==`ERROR`])' --output json)
[ "$faults" = 0 ] ||
  stop 'AWS finds faults in after.json; nothing was changed. To see them: aws accessanalyzer' \
    'validate-policy --policy-type IDENTITY_POLICY --policy-document file://after.json'

verdict=$(aws accessanalyzer check-no-new-access --policy-type IDENTITY_POLICY \
  --existing-policy-document file://before.json --new-policy-document file://after.json \
  --query result --output text)
[ "$verdict" = PASS ] ||
  stop 'by the judgement of AWS after.json allows what before.json does not; nothing was changed'
"#;

const NOT_BEFORE: &str = "AWS does not hold before.json any more; nothing was changed. Run \
                          iam-refine on the account as it is now";
const NOT_AFTER: &str = "AWS does not hold after.json, so this would undo something else; nothing \
                         was changed";
const NOT_YET: &str = "it was changed, but AWS does not show it yet; look again in a while";

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn a_literal_is_ascii_and_has_no_back_quote_inside() {
        let told = literal("{\"Sid\": \"a`é😀\\\\\"}");
        assert_eq!(told, r#"`{"Sid":"a\u0060\u00e9\ud83d\ude00\\"}`"#);
    }
}
