//! Whether what stands in a source is what AWS has, as a state tells.
//!
//! Terraform's provider writes a policy anew: it sorts the actions in reverse, writes one of them as a
//! string, and adds an empty `Sid`. So statements are the same when their effects are, their `Sid`s as
//! far as these are literal, and the sets of their actions. An entry that is no literal comes to
//! whatever AWS's statement has beyond the literal ones.

use std::collections::BTreeSet;

use crate::iam::{Actions, Policy, Statement};

/// How the statements of a source and those that AWS has belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameStatements {
    /// For each statement that AWS has, the one of the source that makes it.
    pub source_of: Vec<usize>,
    /// For each statement of the source, what AWS's has beyond its literal entries.
    pub beyond: Vec<BTreeSet<String>>,
    /// For each statement of the source, whether AWS may have nothing beyond these: one of the
    /// statements that may be made of it has not.
    pub may_be_nothing: Vec<bool>,
}

/// Where a source and AWS differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Different {
    /// The statements of the source that AWS does not have.
    pub of_source: Vec<usize>,
    /// The statements that AWS has and the source does not make.
    pub of_live: Vec<usize>,
}

/// Brings together the statements of a policy in a `source` and as it is `live`. Those that
/// `may_repeat` may make several, or none.
pub fn same_statements(
    source: &Policy,
    live: &Policy,
    may_repeat: impl Fn(usize) -> bool,
) -> Result<SameStatements, Different> {
    let mut source_of: Vec<Option<usize>> = vec![None; live.statements.len()];
    let mut is_made = vec![false; source.statements.len()];
    // What is all literal fits in one way alone, and leaves the rest to what is not.
    let order = |statement: &usize| {
        let has_unknown = source.statements[*statement].has_unknown_entries;
        (may_repeat(*statement), has_unknown)
    };
    let mut places: Vec<usize> = (0..source.statements.len()).collect();
    places.sort_by_key(order);
    for place in places {
        let statement = &source.statements[place];
        let free = source_of.iter_mut().zip(&live.statements);
        let mut fitting = free.filter(|(known, live)| known.is_none() && is_same(statement, live));
        if may_repeat(place) {
            fitting.for_each(|(known, _)| *known = Some(place));
            is_made[place] = true;
        } else if let Some((known, _)) = fitting.next() {
            *known = Some(place);
            is_made[place] = true;
        }
    }
    let of_source: Vec<usize> = (0..is_made.len()).filter(|&at| !is_made[at]).collect();
    let of_live = (0..source_of.len()).filter(|&at| source_of[at].is_none());
    let of_live: Vec<usize> = of_live.collect();
    if !of_source.is_empty() || !of_live.is_empty() {
        return Err(Different { of_source, of_live });
    }
    let source_of: Vec<usize> = source_of.into_iter().flatten().collect();
    let mut beyond = vec![BTreeSet::new(); is_made.len()];
    for (&place, live) in source_of.iter().zip(&live.statements) {
        let literal = folded(&source.statements[place].actions);
        let entries = live.actions.entries().iter().map(ToString::to_string);
        let is_beyond = |entry: &String| !literal.contains(&entry.to_ascii_lowercase());
        beyond[place].extend(entries.filter(is_beyond));
    }
    let may_be_nothing = source.statements.iter().map(|source| {
        let mut made = live.statements.iter().filter(|live| is_same(source, live));
        made.any(|live| folded(&live.actions).is_subset(&folded(&source.actions)))
    });
    Ok(SameStatements {
        may_be_nothing: may_be_nothing.collect(),
        source_of,
        beyond,
    })
}

fn is_same(source: &Statement, live: &Statement) -> bool {
    let same_element = matches!(
        (&source.actions, &live.actions),
        (Actions::Action(_), Actions::Action(_)) | (Actions::NotAction(_), Actions::NotAction(_))
    );
    let (ours, theirs) = (folded(&source.actions), folded(&live.actions));
    let same_actions = if source.has_unknown_entries {
        ours.is_subset(&theirs)
    } else {
        ours == theirs
    };
    source.effect == live.effect && same_element && same_actions && same_sid(source, live)
}

/// A `Sid` has letters and digits alone, so that one with others is an expression.
fn same_sid(source: &Statement, live: &Statement) -> bool {
    let sid = source.sid().unwrap_or_default();
    let is_literal = sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
    !is_literal || sid == live.sid().unwrap_or_default()
}

/// AWS takes no notice of the case of an action.
fn folded(actions: &Actions) -> BTreeSet<String> {
    let entries = actions.entries().iter();
    entries
        .map(|entry| entry.to_string().to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::text::Source;

    fn policy(statements: &str) -> Policy {
        let text = format!("{{\"Statement\": [{statements}]}}");
        let document = Document::parse(Source::from_text("policy.json", &text)).unwrap();
        document.policy().clone()
    }

    fn same(source: &str, live: &str) -> Result<Vec<usize>, Different> {
        let same = same_statements(&policy(source), &policy(live), |_| false);
        same.map(|same| same.source_of)
    }

    const READ: &str =
        r#"{"Sid": "Read", "Effect": "Allow", "Action": ["s3:Get*", "s3:ListBucket"]}"#;

    #[test]
    fn what_the_provider_writes_otherwise_is_the_same() {
        let reversed =
            r#"{"Action": ["s3:listbucket", "s3:Get*"], "Effect": "Allow", "Sid": "Read"}"#;
        assert_eq!(same(READ, reversed), Ok(vec![0]));
        let one = r#"{"Effect": "Allow", "Action": ["sqs:*"]}"#;
        let as_string = r#"{"Sid": "", "Effect": "Allow", "Action": "sqs:*"}"#;
        assert_eq!(
            same(
                &format!("{READ}, {one}"),
                &format!("{as_string}, {reversed}")
            ),
            Ok(vec![1, 0])
        );
    }

    #[test]
    fn what_may_be_made_of_a_statement_tells_whether_anything_is_beyond_it() {
        let source = policy(&format!("{READ}, {READ}"));
        let mut unknown = source.clone();
        for statement in &mut unknown.statements {
            statement.has_unknown_entries = true;
        }
        let more = READ.replace("\"s3:Get*\"", "\"s3:Get*\", \"s3:PutObject\"");
        let same = |live: &str| same_statements(&unknown, &policy(live), |_| false).unwrap();
        // Which of the two is made of which, nobody can tell.
        assert_eq!(
            same(&format!("{more}, {READ}")).may_be_nothing,
            [true, true]
        );
        assert_eq!(
            same(&format!("{more}, {more}")).may_be_nothing,
            [false, false]
        );
    }

    #[test]
    fn another_effect_sid_element_or_action_is_another_statement() {
        for (ours, theirs) in [
            ("Allow", "Deny"),
            ("\"Read\"", "\"Write\""),
            ("\"Action\"", "\"NotAction\""),
            ("s3:Get*", "s3:GetObject"),
            (", \"s3:ListBucket\"", ""),
        ] {
            let live = READ.replace(ours, theirs);
            let different = Different {
                of_source: vec![0],
                of_live: vec![0],
            };
            assert_eq!(same(READ, &live), Err(different), "{live}");
        }
        let twice = Different {
            of_source: vec![],
            of_live: vec![1],
        };
        assert_eq!(same(READ, &format!("{READ}, {READ}")), Err(twice));
    }
}
