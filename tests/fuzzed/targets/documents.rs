//! Policies, bare and in every wrapper.

use iam_refine::document::Document;
use iam_refine::iam::StatementEdit;
use iam_refine::policies::{self, Account, LoadedPolicy, read_refined};
use iam_refine::review::statement_title;
use iam_refine::text::{Json, Source};
use serde_json::Value;

use super::telling::{check, check_problem, check_shown, source};

pub fn run(bytes: &[u8]) -> bool {
    let Some(source) = source("policy.json", bytes) else {
        return false;
    };
    let json = match Json::parse(&source) {
        Ok(json) => json,
        Err(problems) => {
            check(&problems);
            return false;
        }
    };
    is_what_serde_says(&source, &json);
    match Document::from_json(source.clone(), &json) {
        Ok(document) => is_faithful(&document),
        Err(problems) => check(&problems),
    }
    let policies = policies::read(&source, &json);
    match &policies {
        Ok(policies) => policies.iter().for_each(is_told),
        Err(problems) => check(problems),
    }
    if let Err(problems) = Account::read(&source, &json) {
        check(&problems);
    }
    let original = r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
    let original = Document::parse(Source::from_text("original.json", original)).unwrap();
    let original = LoadedPolicy::bare(original);
    if let Err(problems) = read_refined(&source, &json, &[original]) {
        check(&problems);
    }
    policies.is_ok()
}

/// The two parsers that read a file mean the same by it.
fn is_what_serde_says(source: &Source, json: &Json) {
    let value: Value = serde_json::from_str(source.text()).unwrap();
    assert_eq!(json.to_value(), value);
}

/// Places are where things are, and writing nothing new gives the same bytes.
fn is_faithful(document: &Document) {
    let text = document.source().text();
    for (place, statement) in document.policy().statements.iter().enumerate() {
        check_shown(&statement_title(statement));
        let range = document.statement_range(place);
        assert!(text[range.clone()].starts_with('{') && text[range].ends_with('}'));
        for (entry, pattern) in statement.actions.entries().iter().enumerate() {
            let written = &text[document.entry_range(place, entry)];
            let read: String = serde_json::from_str(written).unwrap();
            assert!(read == pattern.to_string() || read == "*:*");
        }
    }
    document.warnings().iter().for_each(check_problem);
    assert_eq!(unchanged(document), Some(document.source().original()));
}

fn is_told(loaded: &LoadedPolicy) {
    loaded.notes().for_each(check_problem);
    is_faithful_part(&loaded.document);
}

/// Of a policy in a wrapper nothing but its own text is written.
fn is_faithful_part(document: &Document) {
    let written = unchanged(document).unwrap();
    let again = Document::parse(Source::from_text("part.json", &written)).unwrap();
    assert_eq!(again.policy(), document.policy());
}

/// The text with no statement edited.
fn unchanged(document: &Document) -> Option<String> {
    let edits: Vec<Option<StatementEdit>> = vec![None; document.policy().statements.len()];
    document.rewrite(&edits)
}
