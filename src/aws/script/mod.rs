//! Shell scripts that bring a refined policy to AWS, and take it back.
//!
//! They need a POSIX shell and the `aws` command, nothing else. Policies are compared as JSON by
//! `aws` itself: its `--query` compares what AWS holds with a literal, whatever the order of keys.
//! Each script looks before it changes anything, and stops when AWS holds something else.
//!
//! No script gives anybody more than they had. `apply.sh` refuses unless those have the policy who
//! had it when it was reviewed, and writes each step into `applied.log`, before and after it.
//! `rollback.sh` reads that file, and undoes what was done, for each principal alone, where it is
//! still so.

mod apply_all;
mod detached;
mod folder;
mod functions;
mod inline;
mod lines;
mod managed;
mod principals;
mod replaced;
#[cfg(test)]
mod scanned_permissions;

use std::collections::BTreeSet;

pub use apply_all::apply_all;
pub use folder::{ScriptFolder, script_folders};

use self::inline::InlinePolicy;
use self::lines::{Files, Part, Script};
use self::replaced::TakenNames;
use super::{AwsCommand, Operation};
use crate::account::{PolicyChange, PolicyIdentity, RefinedPolicy};
use crate::document::Document;
use crate::iam::{Action, PolicyName};
use crate::text::Problems;

/// The two scripts of a policy: one applies the change, one rolls it back.
#[derive(Clone, Debug)]
pub struct Scripts {
    /// `apply.sh`, which brings the refined policy to AWS.
    pub apply: String,
    /// `rollback.sh`, which puts back what `apply.sh` changed.
    pub rollback: String,
    /// What a new policy is called that takes the place of one of AWS's own.
    pub successor: Option<PolicyName>,
    /// What `apply.sh` needs to be allowed, with any of its options.
    pub apply_needs: BTreeSet<Action>,
    /// What `rollback.sh` needs to be allowed, with any of its options.
    pub rollback_needs: BTreeSet<Action>,
}

impl Scripts {
    fn of((apply, apply_needs): Done, (rollback, rollback_needs): Done) -> Self {
        Scripts {
            apply,
            rollback,
            successor: None,
            apply_needs,
            rollback_needs,
        }
    }
}

/// A script and what it needs to be allowed.
type Done = (String, BTreeSet<Action>);

/// What scripts need to know of a policy besides what AWS calls it.
struct ScriptInput<'a> {
    /// What people call it, for comments and messages.
    title: &'a str,
    files: Files<'a>,
    /// The old document as a literal of `JMESPath`.
    before: String,
    /// The new one; none when nothing is left.
    after: Option<String>,
}

/// The scripts for a policy that changes; a policy that takes the place of one of AWS's own gets a
/// name that is not `taken`.
///
/// # Errors
/// A document that is no JSON.
fn scripts(
    document: &Document,
    refined: &RefinedPolicy<'_>,
    change: &PolicyChange,
    taken: &mut TakenNames,
) -> Result<Scripts, Problems> {
    let literal = |policy: &str| {
        let problem = |error| document.source().error(format!("this is no JSON: {error}"));
        literal(policy).map_err(|error| Problems::from(problem(error)))
    };
    let input = ScriptInput {
        title: &refined.name,
        files: Files {
            before: &document.source().original(),
            after: change.text.as_deref(),
        },
        before: literal(document.source().text())?,
        after: change.text.as_deref().map(literal).transpose()?,
    };
    let after = input.after.as_deref();
    Ok(match &change.identity {
        PolicyIdentity::Inline {
            owner,
            name,
            account,
        } => {
            let policy = InlinePolicy {
                input: &input,
                owner,
                name,
                account: account.as_ref(),
            };
            match after {
                Some(after) => policy.put(after),
                None => policy.delete(),
            }
        }
        PolicyIdentity::Managed { version, account } => match after {
            Some(after) => managed::new_version(&input, version, account.as_ref(), after),
            None => detached::detach(&input, version, account.as_ref()),
        },
        PolicyIdentity::AwsManaged {
            name,
            version,
            account,
        } => match after {
            Some(after) => {
                let successor = taken.take_successor(name);
                replaced::replace(&input, version, account, after, successor)
            }
            None => detached::detach(&input, version, Some(account)),
        },
    })
}

/// A policy as a literal of `JMESPath`, in ASCII: JSON between back quotes.
fn literal(policy: &str) -> Result<String, serde_json::Error> {
    let policy = policy.trim_start_matches('\u{feff}');
    let value: serde_json::Value = serde_json::from_str(policy)?;
    let mut literal = String::from("`");
    for character in value.to_string().chars() {
        if character.is_ascii() && character != '`' {
            literal.push(character);
        } else {
            let units = character.encode_utf16(&mut [0; 2]).to_vec();
            literal.extend(units.into_iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    Ok(literal + "`")
}

/// Has AWS check that `after.json` is valid and allows nothing that `before.json` does not.
fn judge(script: &mut Script) {
    let validate = AwsCommand::new(Operation::ValidatePolicy)
        .arg("policy-type", "IDENTITY_POLICY")
        .on_another_line()
        .arg("policy-document", "file://after.json")
        .on_another_line()
        .arg("query", "length(findings[?findingType==`ERROR`])")
        .arg("output", "json");
    let check = AwsCommand::new(Operation::CheckNoNewAccess)
        .arg("policy-type", "IDENTITY_POLICY")
        .on_another_line()
        .arg("existing-policy-document", "file://before.json")
        .arg("new-policy-document", "file://after.json")
        .on_another_line()
        .arg("query", "result")
        .arg("output", "text");
    script.lines(JUDGE, [Part::Command(validate), Part::Command(check)]);
}

const JUDGE: &str = r#"
faults=$({})
[ "$faults" = 0 ] ||
  refuse 'AWS finds faults in after.json. To see them: aws accessanalyzer' \
    'validate-policy --policy-type IDENTITY_POLICY --policy-document file://after.json'

verdict=$({})
[ "$verdict" = PASS ] ||
  refuse 'by the judgement of AWS after.json allows what before.json does not'"#;

const NOT_BEFORE: &str =
    "AWS does not hold before.json any more. Run iam-refine on the account as it is now";

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn a_literal_is_ascii_and_has_no_back_quote_inside() {
        let written = literal("{\"Sid\": \"a`é😀\\\\\"}").unwrap();
        assert_eq!(written, r#"`{"Sid":"a\u0060\u00e9\ud83d\ude00\\"}`"#);
    }

    #[test]
    fn what_is_no_json_is_no_literal() {
        assert!(literal("").is_err() && literal("{").is_err());
    }
}
