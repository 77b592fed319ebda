//! Policies in Terraform's files: what is read of them and what is not, with the reason; edits that
//! leave every other byte alone; and that the proof sees when one does not.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::document::{Document, Edited, File, Place, rewrite};
use iam_refine::explain::report::caveat_sentence;
use iam_refine::findings::{Findings, MissingPages, Page};
use iam_refine::iam::{ActionPattern, EntryEdit, StatementEdit};
use iam_refine::proof::prove_file;
use iam_refine::refine::Options;
use iam_refine::review::{Caveat, Decision, LoadedPolicy, Review, ReviewInput};
use iam_refine::terraform::{ConfigurationFile, Content, Referred, Value};
use iam_refine::text::{Json, Source};

fn read(text: &str) -> ConfigurationFile {
    ConfigurationFile::read(&Source::from_text("main.tf", text)).unwrap()
}

fn example(name: &str) -> String {
    std::fs::read_to_string(format!("tests/data/terraform/{name}")).unwrap()
}

/// Each statement: its effect and entries, and `…` where something is not known.
fn statements(document: &Document) -> String {
    let statements = document.policy().statements.iter().map(|statement| {
        let entries = statement.actions.entries().iter().map(ToString::to_string);
        let mut words = vec![format!("{:?}", statement.effect)];
        words.extend(entries);
        if statement.has_unknown_entries {
            words.push("…".to_owned());
        }
        words.join(" ")
    });
    statements.collect::<Vec<_>>().join("; ")
}

/// What a file holds: a line for each policy.
fn told(text: &str) -> Vec<String> {
    let policies = read(text).policies.into_iter();
    policies
        .map(|policy| {
            let what = match policy.content {
                Content::Document(document) => statements(&document),
                Content::Merged(others, own) => {
                    let names = |all: &[Referred]| -> Vec<String> {
                        all.iter().map(|one| one.to.clone()).collect()
                    };
                    let own = own.as_ref().map(statements);
                    format!(
                        "{:?}, then {own:?}, then {:?}",
                        names(&others.sources),
                        names(&others.overrides)
                    )
                }
                Content::Reference(reference) => format!("is {reference}"),
                Content::NotOffered(note) => format!("not offered: {}", note.in_one_line()),
                Content::Refused(problems) => format!("refused: {}", problems.0[0].in_one_line()),
                Content::InFile(file) => format!("in {file:?}"),
            };
            format!("{}: {what}", policy.address)
        })
        .collect()
}

/// The one policy of a file that is told.
fn told_of_policy(argument: &str) -> String {
    let text = format!("resource \"aws_iam_policy\" \"p\" {{\n  policy = {argument}\n}}\n");
    let told = told(&text);
    assert_eq!(told.len(), 1, "{told:?}");
    told[0].replace("aws_iam_policy.p.policy: ", "")
}

/// An edit in words: `0 2 s3:GetObject` keeps two entries and adds a third; nothing removes all.
fn edit(words: &str) -> StatementEdit {
    let entries = words.split_whitespace().map(|word| match word.parse() {
        Ok(kept) => EntryEdit::Kept(kept),
        Err(_) => EntryEdit::New(word.parse::<ActionPattern>().unwrap()),
    });
    StatementEdit {
        entries: entries.collect(),
    }
}

/// The file with edits of statements of its first policy, after the proof has read it.
fn edited(text: &str, edits: &[(usize, &str)]) -> String {
    let file = read(text);
    let documents: Vec<&Document> = file.documents().collect();
    let mut all: Vec<Vec<Option<StatementEdit>>> = (documents.iter())
        .map(|document| vec![None; document.policy().statements.len()])
        .collect();
    for (statement, words) in edits {
        all[0][*statement] = Some(edit(words));
    }
    let edited: Vec<Edited<'_, ActionPattern>> = (documents.iter().zip(&all))
        .map(|(document, edits)| (*document, &edits[..]))
        .collect();
    let written = rewrite(&edited).unwrap();
    let again = documents[0].file().read_again(&written).unwrap();
    assert_eq!(prove_file(&edited, &again).concat(), [], "{written}");
    written
}

/// The faults that the proof finds in `written`, which is not what was asked for.
fn is_rejected(text: &str, edits: &[(usize, &str)], written: &str) -> bool {
    let file = read(text);
    let documents: Vec<&Document> = file.documents().collect();
    let mut all: Vec<Vec<Option<StatementEdit>>> = (documents.iter())
        .map(|document| vec![None; document.policy().statements.len()])
        .collect();
    for (statement, words) in edits {
        all[0][*statement] = Some(edit(words));
    }
    let edited: Vec<Edited<'_, ActionPattern>> = (documents.iter().zip(&all))
        .map(|(document, edits)| (*document, &edits[..]))
        .collect();
    match documents[0].file().read_again(written) {
        Ok(again) => !prove_file(&edited, &again).concat().is_empty(),
        Err(_) => true,
    }
}

#[test]
fn the_forms_that_are_read() {
    assert_eq!(
        told(&example("04.tf")),
        [
            "data.aws_iam_policy_document.app: Allow s3:GetObject; Allow dms:*; Allow sqs:SendMessage"
        ]
    );
    assert_eq!(
        told(&example("06.tf")),
        ["aws_iam_role_policy.app.policy: Allow s3:*; Allow sqs:*"]
    );
    assert_eq!(
        told(&example("07.tf")),
        ["aws_iam_policy.app.policy: Allow s3:Get* s3:PutObject"]
    );
    assert_eq!(
        told(&example("08.tf")),
        [
            "data.aws_iam_policy_document.app: Allow s3:Get* s3:PutObject …; Allow s3:ListBucket …; Allow …"
        ]
    );
}

#[test]
fn what_is_not_literal_has_its_reason() {
    let file = read(&example("08.tf"));
    let document = file.documents().next().unwrap();
    let text = document.source().text();
    let opaque = |statement| {
        let ranges = document.opaque_ranges(statement);
        ranges
            .map(|range| text[range].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(opaque(0), ["\"s3:${var.verb}Object\""]);
    assert_eq!(opaque(1), ["var.more"]);
    assert_eq!(opaque(2), ["local.shared"]);
    // All of a list with a comment in its midst is locked, or with an entry beside a bracket.
    let text = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    \
                actions   = [\"s3:Get*\" /* all */, \"s3:PutObject\"]\n    resources = [\"*\"]\n  }\n}\n";
    let file = read(text);
    let document = file.documents().next().unwrap();
    let Place::Opaque(_, reason) = document.place(0, 1) else {
        panic!("it can be edited");
    };
    assert_eq!(
        reason,
        "a comment that is no line of its own with # stands between the entries, main.tf:3"
    );
    for (list, line) in [
        ("[\"a:A\", # a\n      \"a:B\",\n    ]", 3),
        ("[\n      \"a:A\", # a\n      \"a:B\"]", 5),
    ] {
        let file = read(&with_list(list));
        let document = file.documents().next().unwrap();
        let Place::Opaque(_, reason) = document.place(0, 0) else {
            panic!("it can be edited");
        };
        let because = format!("something stands between the entries, main.tf:{line}");
        assert_eq!(reason, because);
    }
}

#[test]
fn other_policies_are_named_with_the_reason() {
    assert_eq!(
        told(&example("17.tf"))[1],
        "data.aws_iam_policy_document.all: not offered: main.tf:28:5: the document has principals: it \
         is the policy of a resource, or of who may assume a role"
    );
    let text = example("17.tf");
    let without = text
        .split("\n  statement {\n    actions = [\"sts")
        .next()
        .unwrap();
    assert_eq!(
        told(&format!("{without}}}\n"))[1],
        "data.aws_iam_policy_document.all: [\"data.aws_iam_policy_document.base.json\"], then \
         Some(\"Allow s3:PutObject s3:Delete*; Allow iam:*\"), then [\"var.extra\"]"
    );
    let refusals = [
        (
            "\"{\\\"Version\\\": 1}\"",
            "the policy is JSON in a quoted string, which is not read",
        ),
        (
            "file(local.p)",
            "the policy is in a file that file(…) reads, whose path is not plain",
        ),
        (
            "templatefile(\"${local.p}.json\", {})",
            "the policy is in a file that templatefile(…) reads, whose path is not plain",
        ),
        (
            "merge(var.a, var.b)",
            "the policy comes from merge(…), which is not read",
        ),
        (
            "var.a ? var.b : var.c",
            "which policy it is depends on a condition, which is not read",
        ),
        (
            "jsonencode(local.policy)",
            "jsonencode is not given the policy itself: it comes from local.policy",
        ),
    ];
    for (argument, reason) in refusals {
        let told = told_of_policy(argument);
        assert!(
            told.starts_with("refused: main.tf:2:") && told.ends_with(reason),
            "{told}"
        );
    }
    let twice = "jsonencode({ Statement = [{ Effect = \"Allow\", \"Effect\" = \"Deny\", Action = \"s3:*\" }] })";
    assert!(told_of_policy(twice).ends_with("the key \"Effect\" is there twice"));
    let trust = "jsonencode({ Statement = [{ Effect = \"Allow\", Principal = \"*\", Action = \"s3:*\" }] })";
    assert!(told_of_policy(trust).starts_with("not offered: main.tf:2:"));
    let wrong =
        "jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"s3\", Resource = \"*\" }] })";
    assert!(told_of_policy(wrong).starts_with("refused: main.tf:2:"));
}

#[test]
fn a_key_that_an_object_has_twice_costs_what_it_stands_in_alone() {
    let own = "jsonencode({ Statement = [{ Effect = \"Allow\", Action = [\"s3:Get*\"], Resource = \"*\" }] })";
    let twice = own.replace(
        "Effect = \"Allow\"",
        "Effect = \"Deny\", Effect = \"Allow\"",
    );
    let text = format!(
        "locals {{\n  a = {{ a = 1, z = 2, a = var.x, \"é/b\" = 1, b-c = 1, b-c = 2 }}\n  b = {{ a = 1 }}\n}}\n\
         resource \"aws_iam_policy\" \"own\" {{\n  policy = {own}\n}}\n\
         resource \"aws_iam_policy\" \"twice\" {{\n  policy = {twice}\n}}\n"
    );
    let file = ConfigurationFile::read(&Source::from_text("main.tf", &text)).unwrap();
    let locals = &file.blocks[0];
    assert_eq!(locals.argument("a").unwrap().value, Value::Expression);
    assert_eq!(locals.argument("a").unwrap().references, ["var.x"]);
    assert!(matches!(
        locals.argument("b").unwrap().value,
        Value::Object(_)
    ));
    assert!(
        file.policy("aws_iam_policy.own.policy")
            .unwrap()
            .document()
            .is_some()
    );
    let Content::Refused(why) = &file.policy("aws_iam_policy.twice.policy").unwrap().content else {
        panic!("it is read");
    };
    let said = "an object here has this key twice: Terraform takes the last";
    assert!(why.to_string().contains(said), "{why}");
    assert!(why.to_string().contains("main.tf:9:"), "{why}");
}

#[test]
fn a_heredoc_goes_on_where_a_line_begins_with_its_marker() {
    let policy = "resource \"aws_iam_policy\" \"own\" {\n  policy = <<EOF\n{\"Statement\": [{\"Effect\": \"Allow\", \
                  \"Action\": \"s3:Get*\", \"Resource\": \"*\"}]}\nEOF\n}\n";
    let script = "locals {\n  a = <<EOF\nsqlplus << EOF\nquit\nEOF\"\nEOF\n  b = 1\n}\n";
    let file = read(&format!("{script}{policy}"));
    assert!(file.policies[0].document().is_some());
    assert_eq!(file.blocks[0].arguments.len(), 2);
    let file = read(&policy.replace("}]}\n", "}]}\nEOF,\n"));
    let Content::Refused(why) = &file.policies[0].content else {
        panic!("it is read");
    };
    let said = "a line of the heredoc begins with its marker here";
    assert!(why.to_string().contains(said), "{why}");
}

#[test]
fn what_is_computed_of_a_policy_may_allow_anything() {
    let policy =
        |statements: &str| told_of_policy(&format!("jsonencode({{ Statement = {statements} }})"));
    let own = "{ Effect = \"Allow\", Action = [\"s3:Get*\"], Resource = \"*\" }";
    assert_eq!(policy(own), "Allow s3:Get*");
    assert_eq!(policy("local.statements"), "Allow …");
    assert_eq!(
        policy(&format!("[{own}, local.more]")),
        "Allow s3:Get*; Allow …"
    );
    assert_eq!(
        policy("[for b in var.b : { Effect = \"Allow\" }]"),
        "Allow …"
    );
    assert_eq!(policy(&format!("concat([{own}], local.more)")), "Allow …");
    assert_eq!(
        policy("[{ Effect = var.e, Action = \"s3:*\", Resource = \"*\" }]"),
        "Allow …"
    );
}

#[test]
fn references_are_told_without_their_indices() {
    assert_eq!(
        told_of_policy("data.aws_iam_policy_document.app[0].json"),
        "is data.aws_iam_policy_document.app.json"
    );
    assert_eq!(told_of_policy("\"${var.policy}\""), "is var.policy");
    let file = read(
        "resource \"aws_iam_role\" \"app\" {\n  for_each = var.names\n  name = \"a-${each.key}\"\n  \
         inline_policy {\n    policy = data.x.y.json\n  }\n}\n\nterraform {\n  backend \"s3\" {}\n}\n",
    );
    let role = file.block("aws_iam_role.app").unwrap();
    assert!(role.is_repeated());
    let name = role.argument("name").unwrap();
    assert_eq!(
        (&name.value, &name.references[..]),
        (&Value::EndsIn(String::new()), &["each.key".to_owned()][..])
    );
    assert_eq!(
        file.policies[0].address,
        "aws_iam_role.app.inline_policy[0].policy"
    );
    let terraform = &file.blocks[1];
    assert_eq!(
        terraform.blocks_of("backend").next().unwrap().labels,
        ["s3"]
    );
}

#[test]
fn what_is_no_hcl_has_its_place() {
    let wrong = |text: &str| {
        let source = Source::from_text("main.tf", text);
        ConfigurationFile::read(&source).unwrap_err().0[0].in_one_line()
    };
    assert!(
        wrong("a = 1\nb = [1,\n").starts_with("main.tf:2:8: this is not HCL"),
        "{}",
        wrong("a = 1\nb = [1,\n")
    );
    assert!(wrong("a = { (x) = 1, (x) = 2 }\n").starts_with("main.tf:1:"));
}

#[test]
fn examples_come_out_byte_for_byte() {
    let examples: [(&str, &[(usize, &str)]); 7] = [
        ("01", &[(0, "s3:GetObject s3:GetBucket* 1")]),
        ("02", &[(0, "s3:GetObject s3:GetBucket* 2 s3:PutObjectAcl")]),
        ("04", &[(1, "")]),
        ("05", &[(0, "")]),
        ("06", &[(0, "s3:GetObject s3:List*")]),
        ("07", &[(0, "s3:GetObject s3:GetBucket*")]),
        ("08", &[(0, "s3:GetObject")]),
    ];
    for (name, edits) in examples {
        let text = example(&format!("{name}.tf"));
        let expected = example(&format!("{name}.out"));
        assert_eq!(edited(&text, edits), expected, "{name}");
        let crlf = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(
            edited(&crlf(&text), edits),
            crlf(&expected),
            "{name}, with CRLF"
        );
    }
}

#[test]
#[should_panic(expected = "must stay")]
fn beside_a_list_that_may_be_empty_an_entry_stays() {
    edited(&example("08.tf"), &[(1, "")]);
}

#[test]
#[should_panic(expected = "must stay")]
fn no_entry_takes_the_place_of_an_expression() {
    edited(&example("08.tf"), &[(2, "s3:ListBucket")]);
}

#[test]
fn lists_that_are_joined_are_edited_in_their_brackets() {
    let list = |actions: &str| with_list(&actions.replace("; ", "\n      "));
    for (old, edit, new) in [
        (
            "concat([\"a:A\", \"a:B\"], var.x)",
            "1",
            "concat([\"a:B\"], var.x)",
        ),
        (
            "concat(var.x, [\"a:*\"])",
            "a:A a:B",
            "concat(var.x, [\"a:A\", \"a:B\"])",
        ),
        (
            "concat([\"a:A\"], [\"a:B\",], var.x)",
            "0",
            "concat([\"a:A\"], [], var.x)",
        ),
        (
            "concat([; \"a:A\", # first; \"a:B*\", # second; ], var.x)",
            "a:BA a:BB",
            "concat([; \"a:BA\", # second; \"a:BB\",; ], var.x)",
        ),
        ("distinct([\"a:A\", \"a:B\"])", "0", "distinct([\"a:A\"])"),
        (
            "sort(concat([\"a:A\", \"a:B\"], (concat(var.x, [\"a:C\"]))))",
            "0 2",
            "sort(concat([\"a:A\"], (concat(var.x, [\"a:C\"]))))",
        ),
    ] {
        assert_eq!(edited(&list(old), &[(0, edit)]), list(new));
    }
    // What is between the lists is no part of them.
    let old = list("concat([\"a:A\", \"a:B\"], var.x)");
    for planted in [
        "concat([\"a:B\"], var.y)",
        "concat([\"a:B\"],  var.x)",
        "distinct([\"a:B\"], var.x)",
    ] {
        assert!(is_rejected(&old, &[(0, "1")], &list(planted)), "{planted}");
    }
}

/// A list of actions in a document, edited.
fn list(list: &str, words: &str) -> String {
    let around = |list: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions = [{list}]\n    \
             resources = [\"*\"]\n  }}\n}}\n"
        )
    };
    let written = edited(&around(list), &[(0, words)]);
    let start = around("").find("actions = [").unwrap() + "actions = [".len();
    let end = written.len() - (around("").len() - start);
    written[start..end].to_owned()
}

#[test]
fn comments_stay_with_what_they_are_about() {
    let commented = "\n      # one\n      \"a:A\", # first\n      \"a:B\",\n\n      # two\n      \"a:C\" # third\n    ";
    assert_eq!(
        list(commented, "0 1"),
        "\n      # one\n      \"a:A\", # first\n      \"a:B\"\n    "
    );
    assert_eq!(
        list(commented, "2"),
        "\n      # two\n      \"a:C\" # third\n    "
    );
    assert_eq!(
        list(commented, "1 2"),
        "\n      # one\n      \"a:B\",\n\n      # two\n      \"a:C\" # third\n    "
    );
    assert_eq!(
        list(commented, "0 a:N a:M 2 a:L"),
        "\n      # one\n      \"a:A\", # first\n      \"a:N\",\n      \"a:M\",\n\n      # two\n      \"a:C\", # third\n      \"a:L\"\n    "
    );
    let directive = "\n      # tfsec:ignore:x\n      \"a:A\",\n      # b\n      \"a:B\",\n    ";
    assert_eq!(
        list(directive, "1"),
        "\n      # tfsec:ignore:x\n      # b\n      \"a:B\",\n    "
    );
    assert_eq!(
        list(directive, "0"),
        "\n      # tfsec:ignore:x\n      \"a:A\",\n    "
    );
    let long =
        "\n      # one, in\n      # two lines\n      \"a:A\",\n\n      # two\n      \"a:B\",\n    ";
    assert_eq!(list(long, "1"), "\n      # two\n      \"a:B\",\n    ");
    let both = with_list("[\n      # both\n      \"a:A\",\n      \"a:B\",\n    ]");
    let planted = with_list("[\n      \"a:B\",\n    ]");
    assert!(is_rejected(&both, &[(0, "1")], &planted));
    // Empty lines are left alone where nothing went.
    let apart =
        "\n\n      # one\n      \"a:A\",\n\n\n      # two\n      \"a:B\",\n      \"a:C\",\n\n    ";
    assert_eq!(list(apart, "0 1"), apart.replace("      \"a:C\",\n", ""));
}

#[test]
fn a_comment_behind_several_entries_is_about_all_of_them() {
    let text = "\n      \"a:A*\", \"a:B*\", # both\n      \"a:C\",\n    ";
    // What becomes of each of the two: it stays, it goes, it is narrowed to one or to two.
    let of_first = ["0", "", "a:AA", "a:AA a:AB"];
    let of_second = ["1", "", "a:BA", "a:BA a:BB"];
    for first in of_first {
        for second in of_second {
            let words = format!("{first} {second} 2");
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            let written = list(text, &words);
            let is_left = !first.is_empty() || !second.is_empty();
            assert_eq!(written.contains("# both"), is_left, "{words}: {written}");
        }
    }
    assert_eq!(
        list(text, "a:AA 2"),
        "\n      \"a:AA\", # both\n      \"a:C\",\n    "
    );
    let at_end = "\n      \"a:C\",\n      \"a:A*\", \"a:B*\" # both\n    ";
    assert_eq!(
        list(at_end, "0 1"),
        "\n      \"a:C\",\n      \"a:A*\" # both\n    "
    );
    let old = with_list(&format!("[{text}]"));
    let edits = [(0, "0 2")];
    let without = with_list("[\n      \"a:A*\",\n      \"a:C\",\n    ]");
    assert!(is_rejected(&old, &edits, &without));
}

#[test]
fn commas_at_the_end_are_as_they_were() {
    assert_eq!(list("\"a:A\", \"a:B\",", "0"), "\"a:A\",");
    assert_eq!(
        list("\n      \"a:A\",\n      \"a:B\",\n    ", "0 a:N a:M"),
        "\n      \"a:A\",\n      \"a:N\",\n      \"a:M\",\n    "
    );
    assert_eq!(list("\"a:A\"", "0 a:B"), "\"a:A\", \"a:B\"");
}

const THREE: &str = "data \"aws_iam_policy_document\" \"d\" {
  # All of it.
  statement {
    actions   = [\"a:A\"]
    resources = [\"*\"]
  }

  # Second, in
  # two lines.
  statement {
    actions   = [\"a:B\"]
    resources = [\"*\"]
  }

  # trivy:ignore:x
  statement {
    actions   = [\"a:C\"]
    resources = [\"*\"]
  }
}
";

#[test]
fn statements_go_with_their_lines() {
    let block = |letter| {
        format!("  statement {{\n    actions   = [\"a:{letter}\"]\n    resources = [\"*\"]\n  }}\n")
    };
    let second = format!("  # Second, in\n  # two lines.\n{}\n", block('B'));
    assert_eq!(edited(THREE, &[(1, "")]), THREE.replace(&second, ""));
    assert_eq!(edited(THREE, &[(2, "")]), THREE.replace(&block('C'), ""));
    assert_eq!(edited(THREE, &[(0, "")]), THREE.replace(&block('A'), ""));
    let without = THREE.replace("  # trivy:ignore:x\n", "");
    assert_eq!(
        edited(&without, &[(1, ""), (2, "")]),
        without
            .replace(&second, "")
            .replace(&format!("\n{}", block('C')), "")
    );
    let starred = THREE.replace("# Second, in\n  # two lines.", "/* Second. */");
    let gone = format!("  /* Second. */\n{}\n", block('B'));
    assert_eq!(edited(&starred, &[(1, "")]), starred.replace(&gone, ""));
    // The empty line below the last one is at the end of something else.
    let closed = without.replace(
        &format!("\n{}}}", block('C')),
        &format!("{}\n}}", block('C')),
    );
    assert_eq!(edited(&closed, &[(2, "")]), closed.replace(&block('C'), ""));
}

/// A document with one statement, whose list of actions is this.
fn with_list(list: &str) -> String {
    format!(
        "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions = {list}\n    \
         resources = [\"*\"]\n  }}\n}}\n"
    )
}

#[test]
fn a_comment_goes_with_its_entry_and_stays_with_what_replaces_it() {
    for (list, edit, expected) in [
        (
            "[\n      # sending\n      \"a:Send\",\n      # queues\n      \"a:*Queue\",\n    ]",
            "a:GetQueue a:PutQueue",
            "[\n      # queues\n      \"a:GetQueue\",\n      \"a:PutQueue\",\n    ]",
        ),
        (
            "[\n      \"a:*Queue\",\n      \"a:Send\", # send\n    ]",
            "a:GetQueue a:PutQueue",
            "[\n      \"a:GetQueue\",\n      \"a:PutQueue\",\n    ]",
        ),
        (
            "[\n      \"a:Put\", # c\n      \"a:Get*\",\n    ]",
            "a:GetX",
            "[\n      \"a:GetX\",\n    ]",
        ),
        // What was an entry once, and what is for a program, is about no other.
        (
            "[\n      # \"a:Old\",\n      # NOSONAR\n      \"a:Put\",\n      \"a:Get\",\n    ]",
            "1",
            "[\n      # \"a:Old\",\n      # NOSONAR\n      \"a:Get\",\n    ]",
        ),
    ] {
        assert_eq!(edited(&with_list(list), &[(0, edit)]), with_list(expected));
    }
    let old = with_list("[\n      \"a:A\",\n      # b\n      \"a:B*\",\n    ]");
    let planted = "[\n      \"a:A\",\n      \"a:BB\",\n      # b\n    ]";
    assert!(is_rejected(&old, &[(0, "0 a:BB")], &with_list(planted)));
    // A new entry may stand behind one that it does not replace, and its comment stays with that one.
    let old = with_list("[\n      \"a:A\", # a\n      \"a:B\",\n      \"a:C*\",\n    ]");
    let written = "[\n      \"a:A\", # a\n      \"a:CC\",\n      \"a:B\",\n    ]";
    let planted = "[\n      \"a:A\",\n      \"a:CC\", # a\n      \"a:B\",\n    ]";
    assert!(!is_rejected(&old, &[(0, "0 a:CC 1")], &with_list(written)));
    assert!(is_rejected(&old, &[(0, "0 a:CC 1")], &with_list(planted)));
}

#[test]
fn what_is_above_the_first_statement_of_a_list_stays() {
    let text = |statements: &str| {
        format!(
            "resource \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{\n    Statement = [\n{statements}    ]\n  }})\n}}\n"
        )
    };
    let one = |name: &str| format!("      {{ Effect = \"Allow\", Action = \"a:{name}\" }},\n");
    let old = text(&format!(
        "      # all\n{}      # second\n{}{}",
        one("A"),
        one("B"),
        one("C")
    ));
    let without = |part: &str| old.replace(part, "");
    assert_eq!(edited(&old, &[(0, "")]), without(&one("A")));
    assert_eq!(edited(&old, &[(2, "")]), without(&one("C")));
    let rejected = without(&format!("      # all\n{}", one("A")));
    assert!(is_rejected(&old, &[(0, "")], &rejected));
    // Where each has one of its own, it is about the first alone.
    let old = text(&format!(
        "      # first\n{}      # second\n{}",
        one("A"),
        one("B")
    ));
    let without = |part: &str| old.replace(part, "");
    let first = format!("      # first\n{}", one("A"));
    assert_eq!(edited(&old, &[(0, "")]), without(&first));
    let second = format!("      # second\n{}", one("B"));
    assert_eq!(edited(&old, &[(1, "")]), without(&second));
    let rejected = without(&format!("{}      # second\n", one("A")));
    assert!(is_rejected(&old, &[(0, "")], &rejected));
}

#[test]
fn what_is_above_the_first_block_goes_with_it_where_each_has_its_own() {
    let block = |name: &str| {
        format!(
            "  # about {name}\n  statement {{\n    actions   = [\"a:{name}\"]\n    resources = [\"*\"]\n  }}\n"
        )
    };
    let document = |blocks: &[&str]| {
        let blocks = blocks.join("\n");
        format!("data \"aws_iam_policy_document\" \"d\" {{\n{blocks}}}\n")
    };
    let [a, b, c] = ["A", "B", "C"].map(block);
    let old = document(&[&a, &b, &c]);
    assert_eq!(edited(&old, &[(0, "")]), document(&[&b, &c]));
    assert_eq!(edited(&old, &[(0, ""), (1, "")]), document(&[&c]));
    // Where one has none, it is about all of them.
    let bare = b.replace("  # about B\n", "");
    let old = document(&[&a, &bare, &c]);
    let left = edited(&old, &[(0, "")]);
    assert!(
        left.contains("# about A") && !left.contains("a:A"),
        "{left}"
    );
}

#[test]
fn a_comment_that_would_come_to_stand_above_another_statement_keeps_its_own() {
    let statement = |name: &str| {
        format!("  statement {{\n    actions   = [\"a:{name}\"]\n    resources = [\"*\"]\n  }}\n")
    };
    let text = |gap: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"d\" {{\n{}  # tfsec:ignore:x\n{}{gap}{}}}\n",
            statement("A"),
            statement("B"),
            statement("C")
        )
    };
    let reason = |text: &str, statement: usize| {
        let file = read(text);
        let document = file.documents().next().unwrap();
        document.stays_because(statement).map(str::to_owned)
    };
    let because = "a comment for another program stands above it, main.tf:6";
    assert_eq!(reason(&text(""), 1).unwrap(), because);
    assert_eq!(reason(&text("\n"), 1), None);
    assert_eq!(reason(&text(""), 2), None);
    let written = edited(&text("\n"), &[(1, "")]);
    assert!(
        written.contains("# tfsec:ignore:x\n\n  statement"),
        "{written}"
    );
}

#[test]
fn a_comment_about_the_line_that_it_ends_goes_with_the_statement_and_one_about_the_block_keeps_it()
{
    let text = |comment: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions   = [\"a:A\"]\n    \
             resources = [\"*\"] {comment}\n  }}\n\n  statement {{\n    actions   = [\"a:B\"]\n    resources = \
             [\"*\"]\n  }}\n}}\n"
        )
    };
    for comment in [
        "#tfsec:ignore:aws-iam-no-policy-wildcards",
        "# trivy:ignore:AVD-AWS-0057",
        "// nosemgrep: wildcard",
    ] {
        let written = edited(&text(comment), &[(0, "")]);
        assert!(
            !written.contains(comment) && !written.contains("a:A"),
            "{written}"
        );
    }
    let because = "a comment for another program stands in it, main.tf:4";
    for comment in [
        "#checkov:skip=CKV_AWS_111: needed",
        "\n    # tfsec:ignore:x",
    ] {
        let file = read(&text(comment));
        let document = file.documents().next().unwrap();
        let reason = document.stays_because(0).unwrap();
        assert_eq!(reason.replace(":5", ":4"), because, "{comment}");
    }
    let in_list = "resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({\n    Statement = [\n      \
                   { # checkov:skip=CKV_AWS_111: needed\n        Action = \"a:A\", Effect = \"Allow\"\n      \
                   },\n      { Action = \"a:B\", Effect = \"Allow\" }\n    ]\n  })\n}\n";
    let file = read(in_list);
    let document = file.documents().next().unwrap();
    assert_eq!(document.stays_because(0), Some(because));
    assert_eq!(document.stays_because(1), None);
}

#[test]
fn statements_in_a_row_go_whatever_stands_between_them() {
    const GAPS: [&str; 3] = ["", "\n", "  # why\n"];
    let block = |at: usize| {
        format!("  statement {{\n    actions   = [\"a:A{at}\"]\n    resources = [\"*\"]\n  }}\n")
    };
    for number in 0..27 {
        let gaps = [number % 3, number / 3 % 3, number / 9].map(|gap| GAPS[gap]);
        let mut text = "data \"aws_iam_policy_document\" \"d\" {\n".to_owned();
        for at in 0..4 {
            text += if at == 0 { "" } else { gaps[at - 1] };
            text += &block(at);
        }
        text += "}\n";
        for goes in 1..15_usize {
            let edits: Vec<(usize, &str)> = (0..4)
                .filter(|at| goes >> at & 1 == 1)
                .map(|at| (at, ""))
                .collect();
            let written = edited(&text, &edits);
            assert!(
                !written.contains("\n\n\n") && !written.contains("\n\n}"),
                "{written}"
            );
            let stays = (0..4).filter(|at| goes >> at & 1 == 0);
            assert!(
                stays.map(block).all(|block| written.contains(&block)),
                "{written}"
            );
        }
    }
    // An empty line between what is left stays.
    let text = format!(
        "data \"aws_iam_policy_document\" \"d\" {{\n{}\n{}{}\n{}}}\n",
        block(0),
        block(1),
        block(2),
        block(3)
    );
    let left = format!(
        "data \"aws_iam_policy_document\" \"d\" {{\n{}\n{}}}\n",
        block(0),
        block(3)
    );
    assert_eq!(edited(&text, &[(1, ""), (2, "")]), left);
}

#[test]
fn an_entry_that_stays_is_as_far_from_the_margin_as_it_was() {
    let old = "[\n      \"a:A\",\n      \"a:B\",\n    \"a:C\"]";
    let new = "[\n      \"a:A\",\n    \"a:C\"]";
    assert_eq!(edited(&with_list(old), &[(0, "0 2")]), with_list(new));
}

#[test]
fn of_a_comment_of_several_lines_none_goes() {
    let statement = "  statement {\n    actions   = [\"a:B\"]\n    resources = [\"*\"]\n  }\n";
    let text = THREE.replace(
        "  # Second, in\n  # two lines.\n",
        "  /* Second, in\n  # two lines. */\n",
    );
    assert_eq!(edited(&text, &[(1, "")]), text.replace(statement, ""));
}

#[test]
fn the_proof_sees_another_file_than_was_asked_for() {
    let edits = [(1, "")];
    let written = edited(THREE, &edits);
    assert!(!is_rejected(THREE, &edits, &written));
    for (what, planted) in [
        (
            "the comment above all",
            written.replace("  # All of it.\n", ""),
        ),
        ("a directive", written.replace("  # trivy:ignore:x\n", "")),
        ("an entry", written.replace("a:C", "a:D")),
        ("a resource", written.replacen("\"*\"", "\"x\"", 1)),
        (
            "white space",
            written.replace("  statement", "   statement"),
        ),
        ("an empty line more", written.replace("\n\n", "\n")),
        ("nothing done", THREE.to_owned()),
        ("the name", written.replace("\"d\"", "\"e\"")),
        (
            "an effect",
            written.replacen("    actions", "    effect = \"Deny\"\n    actions", 1),
        ),
        (
            "a comment more",
            written.replacen("    actions", "    # new\n    actions", 1),
        ),
    ] {
        assert_ne!(planted, written, "{what}");
        assert!(is_rejected(THREE, &edits, &planted), "{what}");
    }
    let text = example("02.tf");
    let edits = [(0, "s3:GetObject s3:GetBucket* 2 s3:PutObjectAcl")];
    let written = edited(&text, &edits);
    for (what, planted) in [
        (
            "a comment behind what stays",
            written.replace(" # nightly", ""),
        ),
        (
            "a comment above what stays",
            written.replace("      # writing\n", ""),
        ),
        ("another comment", written.replace("nightly", "daily")),
        (
            "a comment behind another entry",
            written
                .replace(" # the app", "")
                .replace("\"s3:GetBucket*\",", "\"s3:GetBucket*\", # nightly")
                .replacen(
                    " # nightly\n      \"s3:PutObjectAcl",
                    "\n      \"s3:PutObjectAcl",
                    1,
                ),
        ),
        (
            "a comment above another entry",
            written.replace("      # writing\n", "").replacen(
                "      \"s3:PutObjectAcl",
                "      # writing\n      \"s3:PutObjectAcl",
                1,
            ),
        ),
        (
            "a comment above what it was not about",
            written.replace("      # writing\n", "").replacen(
                "      \"s3:GetBucket*",
                "      # writing\n      \"s3:GetBucket*",
                1,
            ),
        ),
        (
            "what stays, spelled differently",
            written.replace("s3:PutObject", "s3:\\u0050utObject"),
        ),
    ] {
        assert_ne!(planted, written, "{what}");
        assert!(is_rejected(&text, &edits, &planted), "{what}");
    }
}

#[test]
fn a_statement_that_a_dynamic_block_makes_stays() {
    let text = "data \"aws_iam_policy_document\" \"d\" {\n  dynamic \"statement\" {\n    for_each = var.b\n    \
                content {\n      actions   = [\"s3:PutObject\", \"s3:Delete*\"]\n      \
                resources = [statement.value]\n    }\n  }\n}\n";
    let file = read(text);
    let document = file.documents().next().unwrap();
    assert_eq!(statements(document), "Allow s3:PutObject s3:Delete*");
    let reason = "a dynamic block makes the statement, main.tf:2";
    assert_eq!(document.stays_because(0), Some(reason));
    assert_eq!(
        edited(text, &[(0, "0")]),
        text.replace(", \"s3:Delete*\"", "")
    );
}

#[test]
fn statements_with_what_is_put_in_by_a_template_stay() {
    let text = "resource \"aws_iam_policy\" \"p\" {\n  policy = <<EOF\n{\"Statement\": [\n%{ for b in var.b ~}\n\
                {\"Effect\": \"Allow\", \"Action\": [\"s3:Get*\", ${jsonencode(var.x)}], \"Resource\": \"${b}\"},\n\
                %{ endfor ~}\n{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}\n]}\nEOF\n}\n";
    let file = read(text);
    let document = file.documents().next().unwrap();
    assert_eq!(statements(document), "Allow s3:Get* …; Allow s3:*");
    assert_eq!(
        document.stays_because(1),
        Some("the policy is written with %{…}, main.tf:4")
    );
    assert_eq!(
        edited(text, &[(0, "s3:GetObject")]),
        text.replace("s3:Get*", "s3:GetObject")
    );
}

#[test]
fn a_file_is_read_again_as_the_same_policies() {
    let text = [example("01.tf"), example("06.tf"), example("07.tf")].join("\n");
    let file = read(&text);
    let documents: Vec<&Document> = file.documents().collect();
    assert_eq!(documents.len(), 3);
    let again: Vec<Document> = File::read_again(documents[0].file(), &text).unwrap();
    let places: Vec<usize> = again.iter().map(Document::place_in_file).collect();
    assert_eq!(places, [0, 1, 2]);
}

/// A review of the policies of a file in which all is accepted.
fn accepted(text: &str) -> Review {
    let unused = r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl", "DeleteBucket"]}]"#;
    let unused = Source::from_text("findings.json", unused);
    let page = Page::read(&unused, &Json::parse(&unused).unwrap()).unwrap();
    let findings = Findings::join(vec![page], MissingPages::Refused).unwrap();
    let findings = findings.into_iter().next().unwrap();
    let catalogue = "s3:GetBucketAcl\ns3:GetObject\ns3:DeleteBucket\ns3:DeleteObject";
    let catalogue = Catalogue::parse(&Source::from_text("catalogue", catalogue)).unwrap();
    let documents = read(text).documents().cloned().collect::<Vec<_>>();
    let loaded = documents.into_iter().map(LoadedPolicy::bare).collect();
    let input = ReviewInput::new(loaded, findings, Arc::new(catalogue), Options::default());
    let mut review = Review::new(input);
    review.decide(&review.undecided(), Decision::Accepted);
    review
}

fn text_of(review: &Review) -> String {
    review.files().next().unwrap().text().unwrap().into_owned()
}

#[test]
fn a_review_refines_a_file_of_terraform() {
    let text = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions = [\n      \"s3:Get*\", # why\n      \
                var.more,\n    ]\n    resources = [\"*\"]\n  }\n\n  # Cleaning.\n  statement {\n    \
                actions   = [\"s3:DeleteBucket\"]\n    resources = [\"*\"]\n  }\n}\n";
    let review = accepted(text);
    assert!(review.is_proved(), "{:?}", review.outcomes());
    let gone = "\n  # Cleaning.\n  statement {\n    actions   = [\"s3:DeleteBucket\"]\n    resources = [\"*\"]\n  }\n";
    assert_eq!(
        text_of(&review),
        text.replace("s3:Get*", "s3:GetObject").replace(gone, "")
    );
}

#[test]
fn a_statement_that_may_not_go_stays_whole_and_it_is_said() {
    let text = "data \"aws_iam_policy_document\" \"d\" {\n  dynamic \"statement\" {\n    for_each = var.b\n    content {\n      \
                actions   = [\"s3:GetBucketAcl\", \"s3:DeleteBucket\"]\n      resources = [statement.value]\n    }\n  }\n  \
                statement {\n    actions   = [\"s3:Get*\"]\n    resources = [\"*\"]\n  }\n}\n";
    let review = accepted(text);
    assert!(review.is_proved(), "{:?}", review.outcomes());
    assert_eq!(text_of(&review), text.replace("s3:Get*", "s3:GetObject"));
    let caveats = review.caveats();
    let stays = caveats
        .iter()
        .find(|caveat| matches!(caveat, Caveat::StatementsStay(_)));
    assert_eq!(
        caveat_sentence(stays.unwrap(), &review.input().universe.catalogue),
        "1 statement of which nothing would be left stays as it was written: a dynamic block makes the \
         statement, main.tf:2"
    );
}

#[test]
fn a_reference_is_found_in_every_kind_of_expression() {
    const DOCUMENT: &str = "data.aws_iam_policy_document.d";
    for value in [
        "D.json",
        "D",
        "D[0].json",
        "D[*].json",
        "D.*.json",
        "(D)[*].json",
        "(D.json)",
        "\"${D.json}\"",
        "\"a ${D.json} b\"",
        "<<EOF\n${D.json}\nEOF",
        "<<EOF\n%{ if D.json != \"\" }a%{ endif }\nEOF",
        "<<EOF\n%{ if true }a%{ else }${D.json}%{ endif }\nEOF",
        "<<EOF\n%{ for a in [D.json] }${a}%{ endfor }\nEOF",
        "\"%{ for k, a in { a = D.json } }${a}%{ endfor }\"",
        "\"%{ for a in [1] }${D.json}%{ endfor }\"",
        "{ (D.json) = 1 }",
        "{ \"${D.json}\" = 1 }",
        "{ a = [D.json] }",
        "[for a in [1] : D.json]",
        "[for a in [D.json] : a]",
        "[for a in [1] : a if D.json != \"\"]",
        "{for a in [1] : D.json => a...}",
        "{for a in [1] : a => D.json}",
        "local.a[D.json]",
        "f(1)[D.json]",
        "true ? D.json : 1",
        "D.json == \"\" ? 1 : 2",
        "!(D.json == \"\")",
        "1 + D.number",
        "templatefile(\"a\", { p = D.json })",
        "provider::aws::f(D.json)",
        "f([D.json]...)",
    ] {
        let value = value.replace('D', DOCUMENT);
        let file = read(&format!("output \"x\" {{\n  value = {value}\n}}\n"));
        let argument = file.blocks[0].argument("value").unwrap();
        let mut references = argument.references.iter();
        let is_found = references.any(|found| found.starts_with(DOCUMENT));
        assert!(is_found, "{value}: {:?}", argument.references);
    }
}
