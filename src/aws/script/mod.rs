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

mod all;
mod beside;
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
mod still_unused;

use std::collections::BTreeSet;

pub use all::{apply_all, rollback_all};
pub use folder::{ScriptFolder, folder_names, script_folders};
pub use still_unused::{UNUSED, unused_list};

use self::beside::{Beside, NewPolicy};
use self::inline::InlinePolicy;
use self::lines::{Files, Part, Script};
use self::replaced::TakenNames;
use super::{AwsCommand, Operation};
use crate::account::{PolicyChange, PolicyIdentity, RefinedPolicy, StillUnused};
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
    /// What is made beside it, where it is split: the file, and what the policy is called.
    pub beside: Vec<(String, PolicyName)>,
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
            beside: Vec::new(),
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
    /// What is made beside it, where it is split.
    beside: Beside<'a>,
    /// What has to be unused still when it is applied.
    unused: &'a StillUnused,
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
    let after = change.in_its_place();
    let successor = match &change.identity {
        PolicyIdentity::AwsManaged { name, .. } if after.is_some() => {
            Some(taken.take_successor(name))
        }
        _ => None,
    };
    let input = ScriptInput {
        title: &refined.name,
        files: Files {
            before: &document.source().original(),
            after,
        },
        before: literal(document.source().text())?,
        after: after.map(literal).transpose()?,
        beside: beside(document, change, taken)?,
        unused: &change.still_unused,
    };
    let after = input.after.as_deref();
    let mut scripts = match &change.identity {
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
            version, account, ..
        } => match (after, successor) {
            (Some(after), Some(successor)) => {
                replaced::replace(&input, version, account, after, successor)
            }
            _ => detached::detach(&input, version, Some(account)),
        },
    };
    scripts.beside = input.beside.names();
    Ok(scripts)
}

/// What is made beside a policy that is split.
fn beside<'a>(
    document: &Document,
    change: &'a PolicyChange,
    taken: &mut TakenNames,
) -> Result<Beside<'a>, Problems> {
    let Some(pieces) = &change.pieces else {
        return Ok(Beside::default());
    };
    let wrong = |why: &str| Problems::from(document.source().error(why));
    let policies = change.beside().map(|(number, text)| {
        let name = taken.take_successor(&pieces.name);
        let arn = pieces.arn_of(&name);
        let arn = arn.ok_or_else(|| wrong("it is not known which account it is of"))?;
        NewPolicy::new(number, text, name, arn).map_err(|error| wrong(&error.to_string()))
    });
    Ok(Beside {
        principals: change.identity.attached_to(),
        policies: policies.collect::<Result<_, _>>()?,
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

/// Has AWS check that a `file` is valid and allows nothing that `before.json` does not.
fn judge(script: &mut Script, file: &str) {
    let url = format!("file://{file}");
    let validate = AwsCommand::new(Operation::ValidatePolicy)
        .arg("policy-type", "IDENTITY_POLICY")
        .on_another_line()
        .arg("policy-document", &*url)
        .on_another_line()
        .arg("query", "length(findings[?findingType==`ERROR`])")
        .arg("output", "json");
    let check = AwsCommand::new(Operation::CheckNoNewAccess)
        .arg("policy-type", "IDENTITY_POLICY")
        .on_another_line()
        .arg("existing-policy-document", "file://before.json")
        .arg("new-policy-document", &*url)
        .on_another_line()
        .arg("query", "result")
        .arg("output", "text");
    script.lines(
        JUDGE,
        [
            Part::Command(validate),
            Part::Word(&format!(
                "AWS finds faults in {file}. To see them: aws accessanalyzer"
            )),
            Part::Word(&format!(
                "validate-policy --policy-type IDENTITY_POLICY --policy-document {url}"
            )),
            Part::Command(check),
            Part::Word(&format!(
                "by the judgement of AWS {file} allows what before.json does not"
            )),
        ],
    );
}

const JUDGE: &str = r#"
faults=$({})
[ "$faults" = 0 ] ||
  refuse {} \
    {}

verdict=$({})
[ "$verdict" = PASS ] ||
  refuse {}"#;

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
