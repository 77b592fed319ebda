//! A policy keeps its layout: what was not changed is the same, byte for byte.
//!
//! Each test shows a policy, the edits, and the policy after them. The edits of a statement are
//! written as the entries it shall have: a number is the old entry of that place, anything else a
//! new one; `-` removes the statement.

use iam_refine::document::{Document, File, PolicyTree, ReadPolicy};
use iam_refine::iam::{EntryEdit, StatementEdit};
use iam_refine::text::{Json, Source};

fn rewritten(before: &str, edits: &[(usize, &str)]) -> Option<String> {
    let source = Source::from_bytes("policy.json", before.as_bytes()).unwrap();
    let document = Document::parse(source).unwrap_or_else(|problems| panic!("{problems}"));
    document.rewrite(&edits_of(&document, edits))
}

fn edits_of(document: &Document, edits: &[(usize, &str)]) -> Vec<Option<StatementEdit>> {
    let mut all = vec![None; document.policy().statements.len()];
    for (statement, entries) in edits {
        all[*statement] = Some(match *entries {
            "-" => StatementEdit::removed(),
            _ => StatementEdit {
                entries: entries.split_whitespace().map(entry_edit).collect(),
            },
        });
    }
    all
}

fn entry_edit(entry: &str) -> EntryEdit {
    match entry.parse() {
        Ok(index) => EntryEdit::Kept(index),
        Err(_) => EntryEdit::New(entry.parse().unwrap()),
    }
}

#[track_caller]
fn check(before: &str, edits: &[(usize, &str)], after: &str) {
    let result = rewritten(before, edits).unwrap();
    assert_eq!(
        result, after,
        "\n--- written\n{result}\n--- expected\n{after}"
    );
}

/// A statement with these bytes as its `Action`, on one line.
fn with_action(action: &str) -> String {
    format!(r#"{{"Statement": [{{"Effect": "Allow", "Action": {action}, "Resource": "*"}}]}}"#)
}

#[track_caller]
fn check_action(before: &str, entries: &str, after: &str) {
    check(&with_action(before), &[(0, entries)], &with_action(after));
}

const EXAMPLE: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
   {
      "Effect": "Allow",
      "Action": [
        "lambda:AddPermission",
        "lambda:GetFunction",
        "lambda:Invoke*"
      ],
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:my-lambda"
   },
  {
    "Effect" : "Allow",
    "Action" : [
      "s3:Get*",
      "s3:List*"
    ],
    "Resource" : "*"
  }
 ]
}
"#;

#[test]
fn no_edits_and_no_changes_give_the_same_bytes() {
    check(EXAMPLE, &[], EXAMPLE);
    check(EXAMPLE, &[(0, "0 1 2"), (1, "0 1")], EXAMPLE);
}

#[test]
fn the_lines_of_other_entries_stay_as_they_are() {
    check(
        EXAMPLE,
        &[(0, "2"), (1, "s3:GetA* s3:GetB* s3:GetC* 1")],
        r#"{
  "Version": "2012-10-17",
  "Statement": [
   {
      "Effect": "Allow",
      "Action": [
        "lambda:Invoke*"
      ],
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:my-lambda"
   },
  {
    "Effect" : "Allow",
    "Action" : [
      "s3:GetA*",
      "s3:GetB*",
      "s3:GetC*",
      "s3:List*"
    ],
    "Resource" : "*"
  }
 ]
}
"#,
    );
}

#[test]
fn a_removed_statement_takes_one_comma_and_its_white_space() {
    let last_gone = r#"{
  "Version": "2012-10-17",
  "Statement": [
   {
      "Effect": "Allow",
      "Action": [
        "lambda:AddPermission",
        "lambda:GetFunction",
        "lambda:Invoke*"
      ],
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:my-lambda"
   }
 ]
}
"#;
    check(EXAMPLE, &[(1, "-")], last_gone);
    let first_gone = r#"{
  "Version": "2012-10-17",
  "Statement": [
   {
    "Effect" : "Allow",
    "Action" : [
      "s3:GetObject",
      "s3:List*"
    ],
    "Resource" : "*"
  }
 ]
}
"#;
    check(EXAMPLE, &[(0, "-"), (1, "s3:GetObject 1")], first_gone);
}

#[test]
fn a_policy_without_statements_is_not_written() {
    assert_eq!(rewritten(EXAMPLE, &[(0, "-"), (1, "-")]), None);
    let single = r#"{"Statement": {"Effect": "Allow", "Action": "*"}}"#;
    assert_eq!(rewritten(single, &[(0, "-")]), None);
}

#[test]
fn entries_come_and_go_anywhere_in_a_list_on_one_line() {
    let list = r#"["a:A", "a:B", "a:C", "a:D"]"#;
    check_action(list, "1 2 3", r#"["a:B", "a:C", "a:D"]"#);
    check_action(list, "0 1 2", r#"["a:A", "a:B", "a:C"]"#);
    check_action(list, "0 3", r#"["a:A", "a:D"]"#);
    check_action(list, "2", r#"["a:C"]"#);
    check_action(list, "x:X", r#"["x:X"]"#);
    check_action(
        list,
        "x:X 0 1 2 3 y:Y",
        r#"["x:X", "a:A", "a:B", "a:C", "a:D", "y:Y"]"#,
    );
    check_action(
        list,
        "0 x:X y:Y 2 z:Z",
        r#"["a:A", "x:X", "y:Y", "a:C", "z:Z"]"#,
    );
}

#[test]
fn odd_spacing_between_entries_is_copied() {
    check_action(
        "[ \"a:A\" ,\"a:B\" ]",
        "0 x:X 1",
        "[ \"a:A\" ,\"x:X\" ,\"a:B\" ]",
    );
    check_action("[\"a:A\",\"a:B\"]", "0 1 x:X", "[\"a:A\",\"a:B\",\"x:X\"]");
    check_action("[ \"a:A\" ]", "0 x:X", "[ \"a:A\", \"x:X\" ]");
}

#[test]
fn kept_entries_keep_their_escapes() {
    check_action(
        r#"["s3:Get\u002a", "s3:\u004cist*", "s3:Put*"]"#,
        "0 s3:ListBucket 2",
        r#"["s3:Get\u002a", "s3:ListBucket", "s3:Put*"]"#,
    );
    check_action(r#""s3:Get\u002a""#, "0 a:A", r#"["s3:Get\u002a", "a:A"]"#);
}

#[test]
fn one_string_stays_one_and_becomes_a_list_for_several() {
    check_action(r#""s3:Get*""#, "s3:GetObject", r#""s3:GetObject""#);
    check_action(
        r#""s3:Get*""#,
        "s3:GetA* s3:GetB*",
        r#"["s3:GetA*", "s3:GetB*"]"#,
    );
}

#[test]
fn a_minified_policy_stays_minified() {
    check(
        r#"{"Statement":[{"Effect":"Allow","Action":"s3:*"},{"Effect":"Allow","Action":["ec2:*"]},{"Effect":"Deny","NotAction":["a:A","a:B"]}]}"#,
        &[(0, "s3:Get* s3:List*"), (1, "ec2:Run* 0"), (2, "0 1 a:C")],
        r#"{"Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*"]},{"Effect":"Allow","Action":["ec2:Run*","ec2:*"]},{"Effect":"Deny","NotAction":["a:A","a:B","a:C"]}]}"#,
    );
}

#[test]
fn tabs_and_windows_line_ends_are_copied() {
    check(
        "{\r\n\t\"Statement\": [\r\n\t\t{\r\n\t\t\t\"Effect\": \"Allow\",\r\n\t\t\t\"Action\": \"s3:*\"\r\n\t\t},\r\n\t\t{\r\n\t\t\t\"Effect\": \"Allow\",\r\n\t\t\t\"Action\": [\r\n\t\t\t\t\"a:A\"\r\n\t\t\t]\r\n\t\t}\r\n\t]\r\n}\r\n",
        &[(0, "s3:Get* s3:List*"), (1, "0 a:B")],
        "{\r\n\t\"Statement\": [\r\n\t\t{\r\n\t\t\t\"Effect\": \"Allow\",\r\n\t\t\t\"Action\": [\r\n\t\t\t\t\"s3:Get*\",\r\n\t\t\t\t\"s3:List*\"\r\n\t\t\t]\r\n\t\t},\r\n\t\t{\r\n\t\t\t\"Effect\": \"Allow\",\r\n\t\t\t\"Action\": [\r\n\t\t\t\t\"a:A\",\r\n\t\t\t\t\"a:B\"\r\n\t\t\t]\r\n\t\t}\r\n\t]\r\n}\r\n",
    );
}

#[test]
fn a_byte_order_mark_white_space_around_and_a_missing_newline_stay() {
    let policy = with_action(r#"["a:A", "a:B"]"#);
    let changed = with_action(r#"["a:B"]"#);
    for (before, after) in [
        ("\u{feff}", ""),
        ("\u{feff}\n \t", " \r\n\n"),
        ("", " "),
        ("", "\n"),
    ] {
        check(
            &format!("{before}{policy}{after}"),
            &[(0, "1")],
            &format!("{before}{changed}{after}"),
        );
    }
}

#[test]
fn commas_first_stays_commas_first() {
    check(
        r#"{ "Version": "2012-10-17"
, "Statement":
  [ { "Effect": "Allow"
    , "Action":
      [ "s3:Get*"
      , "s3:List*"
      , "s3:Put*"
      ]
    , "Resource": "*"
    }
  , { "Effect": "Allow"
    , "Action": "ec2:*"
    }
  ]
}
"#,
        &[(0, "s3:GetA* s3:GetB* 2"), (1, "ec2:Run* ec2:Stop*")],
        r#"{ "Version": "2012-10-17"
, "Statement":
  [ { "Effect": "Allow"
    , "Action":
      [ "s3:GetA*"
      , "s3:GetB*"
      , "s3:Put*"
      ]
    , "Resource": "*"
    }
  , { "Effect": "Allow"
    , "Action": ["ec2:Run*", "ec2:Stop*"]
    }
  ]
}
"#,
    );
}

#[test]
fn a_statement_on_one_line_of_several_stays_on_one_line() {
    check(
        r#"{
  "Statement": [
    { "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
    { "Effect": "Allow", "Action": ["a:A", "a:B"], "Resource": "*" }
  ]
}"#,
        &[(0, "s3:Get* s3:List*"), (1, "1 a:C a:D")],
        r#"{
  "Statement": [
    { "Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*" },
    { "Effect": "Allow", "Action": ["a:B", "a:C", "a:D"], "Resource": "*" }
  ]
}"#,
    );
}

#[test]
fn a_new_list_is_indented_as_the_file_is() {
    check(
        r#"{
   "Statement": {
      "Effect": "Allow",
      "NotAction": "iam:*",   
      "Resource": "*"
   }
}"#,
        &[(0, "0 s3:GetObject")],
        r#"{
   "Statement": {
      "Effect": "Allow",
      "NotAction": [
         "iam:*",
         "s3:GetObject"
      ],   
      "Resource": "*"
   }
}"#,
    );
}

#[test]
fn a_new_list_is_indented_as_its_statement_is_where_the_policy_tells_nothing() {
    check(
        r#"{"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow",
    "Action": "s3:*"
}]}"#,
        &[(0, "s3:Get* s3:List*")],
        r#"{"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow",
    "Action": [
        "s3:Get*",
        "s3:List*"
    ]
}]}"#,
    );
}

#[test]
fn each_new_entry_takes_the_place_of_one_that_is_gone() {
    check_action(
        "[\n  \"s3:Get*\",\n  \"s3:List*\",\n\n  \"s3:Put*\"\n]",
        "s3:GetA* s3:ListA* s3:PutA*",
        "[\n  \"s3:GetA*\",\n  \"s3:ListA*\",\n\n  \"s3:PutA*\"\n]",
    );
}

#[test]
fn a_list_with_one_line_for_several_entries_keeps_its_lines() {
    check(
        r#"{
  "Statement": [{
    "Effect": "Allow",
    "Action": [
      "a:A", "a:B", "a:C",
      "b:A", "b:B", "b:C"  
    ]
  }, {
    "Effect": "Allow", "Action": "*"
  }]
}"#,
        &[(0, "0 1 3 4 b:X b:Y b:Z"), (1, "-")],
        r#"{
  "Statement": [{
    "Effect": "Allow",
    "Action": [
      "a:A", "a:B",
      "b:A", "b:B", "b:X", "b:Y", "b:Z"  
    ]
  }]
}"#,
    );
}

#[test]
fn what_is_around_a_policy_stays() {
    let text = r#"{
    "PolicyName": "p",
    "PolicyDocument": {
        "Statement": {
            "Effect": "Allow",
            "Action": "s3:*"
        }
    }
}"#;
    let source = Source::from_text("role.json", text);
    let documents = File::read(source, |source| {
        let json = Json::parse(source)?;
        let policies = json.get("PolicyDocument").into_iter().cloned();
        ReadPolicy::all(source, policies.map(PolicyTree::from))
    });
    let document = documents.unwrap().remove(0);
    let expected = r#"{
    "PolicyName": "p",
    "PolicyDocument": {
        "Statement": {
            "Effect": "Allow",
            "Action": [
                "s3:Get*",
                "s3:List*"
            ]
        }
    }
}"#;
    let edits = edits_of(&document, &[(0, "s3:Get* s3:List*")]);
    assert_eq!(document.rewrite(&edits).as_deref(), Some(expected));
}

#[test]
#[should_panic(expected = "kept entries are out of order")]
fn kept_entries_may_not_change_places() {
    rewritten(EXAMPLE, &[(1, "1 0")]);
}

#[test]
#[should_panic(expected = "kept entries are out of order")]
fn an_entry_is_kept_once() {
    rewritten(&with_action(r#""s3:*""#), &[(0, "0 0")]);
}

#[test]
#[should_panic(expected = "there is no such entry")]
fn only_entries_that_are_there_are_kept() {
    rewritten(EXAMPLE, &[(1, "0 1 2")]);
}

#[test]
fn an_empty_list_is_never_written() {
    assert_eq!(
        rewritten(EXAMPLE, &[(1, "")]),
        rewritten(EXAMPLE, &[(1, "-")])
    );
}
