use super::*;
use crate::document::Document;
use crate::iam::Actions;
use crate::text::Source;

fn policy(statements: &str) -> Policy {
    let text = format!("{{\"Statement\": [{statements}]}}");
    let document = Document::parse(Source::from_text("policy.json", &text)).unwrap();
    document.policy().clone()
}

fn same(source: &str, live: &str) -> Result<Vec<usize>, Different> {
    let same = same_statements(&policy(source), &policy(live), |_| StatementForm::default());
    same.map(|same| same.source_of.into_iter().flatten().collect())
}

const READ: &str = r#"{"Sid": "Read", "Effect": "Allow", "Action": ["s3:Get*", "s3:ListBucket"]}"#;

#[test]
fn what_the_provider_writes_otherwise_is_the_same() {
    let reversed = r#"{"Action": ["s3:listbucket", "s3:Get*"], "Effect": "Allow", "Sid": "Read"}"#;
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
    let same = |live: &str| {
        same_statements(&unknown, &policy(live), |_| StatementForm::default()).unwrap()
    };
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
fn statements_that_repeat_make_what_stands_in_their_place() {
    let dynamic = READ.replace("\"Read\"", "\"\"");
    let mut source = policy(&format!("{dynamic}, {READ}"));
    source.statements[1].has_unknown_entries = true;
    let more = READ.replace("\"s3:Get*\"", "\"s3:Get*\", \"s3:PutObject\"");
    let form = |at| StatementForm {
        repeats: at == 0,
        ..StatementForm::default()
    };
    let of = |live: &str| same_statements(&source, &policy(live), form);
    for (live, source_of) in [
        (format!("{dynamic}, {dynamic}, {more}"), vec![0, 0, 1]),
        (more.clone(), vec![1]),
        (format!("{more}, {dynamic}"), vec![1, 0]),
    ] {
        let same = of(&live).unwrap();
        let source_of: Vec<Option<usize>> = source_of.into_iter().map(Some).collect();
        assert_eq!(same.source_of, source_of, "{live}");
        let beyond = BTreeSet::from(["s3:PutObject".to_owned()]);
        assert_eq!(same.beyond, [BTreeSet::new(), beyond], "{live}");
    }
    assert!(of(&format!("{dynamic}, {dynamic}")).is_err());
}

/// Whether each statement that repeats is unsure, and which ones the live ones are made of.
fn alike(source: &str, live: &str, repeats: &[usize]) -> (Vec<usize>, Vec<bool>) {
    let form = |at| StatementForm {
        repeats: repeats.contains(&at),
        ..StatementForm::default()
    };
    let same = same_statements(&policy(source), &policy(live), form).unwrap();
    let source_of = same.source_of.into_iter().flatten();
    let is_unsure = same.alike.iter().map(Option::is_some);
    (source_of.collect(), is_unsure.collect())
}

fn on(resource: &str) -> String {
    READ.replace('}', &format!(r#", "Resource": "{resource}"}}"#))
}

#[test]
fn alternatives_are_told_apart_by_what_is_literal_of_their_resources() {
    let (dev, prod) = (on("arn:aws:sqs:::dev"), on("arn:aws:sqs:::prod"));
    let both = format!("{prod}, {dev}");
    assert_eq!(alike(&both, &dev, &[0, 1]), (vec![1], vec![false, false]));
    let three = format!("{both}, {READ}");
    let live = format!("{dev}, {READ}");
    assert_eq!(
        alike(&three, &live, &[0, 1]),
        (vec![1, 2], vec![false, false, false])
    );
    // What is computed may come to either.
    let computed = format!("{}, {dev}", on("${aws_sqs_queue.x.arn}"));
    assert_eq!(alike(&computed, &dev, &[0, 1]).1, [true, true]);
    // One that is made anyway leaves nothing to the other.
    assert_eq!(alike(&computed, &dev, &[0]), (vec![1], vec![false, false]));
    let conditional = READ.replace('}', r#", "Condition": {"Bool": {"a": "b"}}}"#);
    let both = format!("{READ}, {conditional}");
    assert_eq!(
        alike(&both, &conditional, &[0, 1]),
        (vec![1], vec![false, false])
    );
}

#[test]
fn of_alternatives_in_any_order_nobody_can_tell_which_one_is_made() {
    let write = READ.replace("Read", "Write");
    let source = format!("{write}, {READ}, {READ}");
    let live = format!("{READ}, {write}");
    assert_eq!(
        alike(&source, &live, &[1, 2]),
        (vec![1, 0], vec![false, true, true])
    );
}

#[test]
fn what_stands_in_an_expression_too_may_be_what_it_comes_to() {
    let mut source = policy(READ);
    source.statements[0].has_unknown_entries = true;
    let beyond = |live: &str, perhaps: &[&str]| {
        let perhaps: BTreeSet<String> = perhaps.iter().map(|one| (*one).to_owned()).collect();
        let form = |_| StatementForm {
            perhaps: perhaps.clone(),
            ..StatementForm::default()
        };
        let same = same_statements(&source, &policy(live), form).unwrap();
        same.beyond[0].iter().cloned().collect::<Vec<_>>()
    };
    assert_eq!(beyond(READ, &[]), [""; 0]);
    assert_eq!(beyond(READ, &["s3:get*", "s3:putobject"]), ["s3:Get*"]);
    // Nobody writes the same twice, so that one of them comes from the expression.
    let twice = READ.replace("\"s3:Get*\"", "\"s3:Get*\", \"s3:get*\"");
    assert_eq!(beyond(&twice, &[]), ["s3:get*"]);
}

#[test]
fn of_alternatives_what_all_have_is_told() {
    let dynamic = |at| StatementForm {
        repeats: at < 2,
        ..StatementForm::default()
    };
    let mut source = policy(&format!("{READ}, {READ}"));
    source.statements[1].has_unknown_entries = true;
    source.statements[1].actions = Actions::Action(vec!["S3:LISTBUCKET".parse().unwrap()]);
    let same = same_statements(&source, &policy(READ), dynamic).unwrap();
    let both = Some(BTreeSet::from(["s3:listbucket".to_owned()]));
    assert_eq!(same.alike, [both.clone(), both]);
}

#[test]
fn other_resources_are_another_statement() {
    for (source, live) in [("*", "arn:aws:sqs:::x"), ("arn:aws:sqs:::x", "*")] {
        assert!(same(&on(source), &on(live)).is_err());
    }
    let two = READ.replace(
        '}',
        r#", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::a"]}"#,
    );
    let sorted = READ.replace(
        '}',
        r#", "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::b"]}"#,
    );
    assert_eq!(same(&two, &sorted), Ok(vec![0]));
    assert!(same(&two, &on("arn:aws:s3:::a")).is_err());
    assert!(same(READ, &on("*")).is_err());
    let by_user = "arn:aws:s3:::a/&{aws:username}";
    assert_eq!(
        same(&on(by_user), &on(&by_user.replace('&', "$"))),
        Ok(vec![0])
    );
}

#[test]
fn a_computed_statement_may_be_any() {
    let mut source = policy(&format!(
        r#"{READ}, {{"Effect": "Allow", "Action": "a:X"}}"#
    ));
    source.statements[1].actions = Actions::Action(Vec::new());
    source.statements[1].has_unknown_entries = true;
    let form = |at| StatementForm {
        is_computed: at == 1,
        ..StatementForm::default()
    };
    for (live, beyond) in [
        (r#"{"Effect": "Deny", "Action": "s3:*"}"#, None),
        (r#"{"Effect": "Allow", "NotAction": "iam:*"}"#, Some("*")),
        (r#"{"Effect": "Allow", "Action": "sqs:*"}"#, Some("sqs:*")),
    ] {
        let same = same_statements(&source, &policy(&format!("{READ}, {live}")), form).unwrap();
        let beyond: BTreeSet<String> = beyond.into_iter().map(str::to_owned).collect();
        assert_eq!(same.beyond[1], beyond, "{live}");
    }
    let two = policy(&format!("{READ}, {READ}, {READ}"));
    assert!(same_statements(&source, &two, form).is_err());
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
