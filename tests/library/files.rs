//! Files that hold several policies, and policies of which not all can be edited: as other formats
//! than JSON have them.
//!
//! The format here is JSON with several policies in one object, in which `{"from": "var.more",
//! "is": ["s3:GetObject"]}` stands for entries that come from elsewhere.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::document::{Document, Edited, File, Place, PolicyTree, ReadPolicy, rewrite};
use iam_refine::explain::{OutcomeReason, outcome_word};
use iam_refine::findings::{Findings, MissingPages, Page};
use iam_refine::iam::{ActionPattern, EntryEdit, StatementEdit};
use iam_refine::proof::{Knowledge, Part, prove, prove_file};
use iam_refine::refine::{
    Curation, EntryOutcome, GoesBecause, Granularity, Mark, MarkKind, Options, Replacement, SetBy,
    StaysBecause, Universe, prefix_of,
};
use iam_refine::review::{
    Caveat, Decision, EntryPlace, FileText, LoadedPolicy, Review, ReviewInput, Written,
};
use iam_refine::text::{Json, JsonValue, Member, Opaque, Problems, Source};

/// The policies of a file, in order: the members of its object that have statements.
fn reader(source: &Source) -> Result<Vec<ReadPolicy>, Problems> {
    let mut json = Json::parse(source)?;
    mark_opaque(source, &mut json);
    let JsonValue::Object(members) = json.value else {
        return Ok(Vec::new());
    };
    let values = members.into_iter().map(|member| member.value);
    let values = values.filter(|value| value.get("Statement").is_some());
    ReadPolicy::all(source, values.map(PolicyTree::from))
}

fn mark_opaque(source: &Source, json: &mut Json) {
    if let (Some(from), Some(strings)) = (json.get("from"), json.get("is")) {
        let strings = strings.as_array().unwrap().iter();
        json.value = JsonValue::Opaque(Box::new(Opaque {
            text: source.text()[json.range.clone()].to_owned(),
            reason: format!("it comes from {}", from.as_str().unwrap()),
            strings: strings
                .map(|own| Some(own.as_str()?.to_owned().into()))
                .collect::<Option<Vec<_>>>()
                .filter(|strings| !strings.is_empty()),
            may_be_nothing: false,
            may_repeat: false,
        }));
        return;
    }
    match &mut json.value {
        JsonValue::Object(members) => {
            let values = members.iter_mut().map(|Member { value, .. }| value);
            values.for_each(|value| mark_opaque(source, value));
        }
        JsonValue::Array(values) => values
            .iter_mut()
            .for_each(|value| mark_opaque(source, value)),
        _ => {}
    }
}

const TWO: &str = r#"{
  "note": "not a policy",
  "reader": {
    "Statement": [
      {"Effect": "Allow", "Action": ["s3:GetBucketAcl", "s3:GetObject"], "Resource": "*"}
    ]
  },
  "writer": {
    "Statement": [
      {"Effect": "Allow", "Action": "s3:PutBucket*", "Resource": "*"},
      {"Effect": "Allow", "Action": "s3:GetBucketAcl", "Resource": "arn:x"}
    ]
  }
}
"#;

const UNUSED: &str = r#"[{"serviceNamespace": "s3",
    "actions": ["GetBucketAcl", "PutBucketAcl", "DeleteBucket"]}]"#;

fn documents(text: &str) -> Vec<Document> {
    File::read(Source::from_text("policies.json", text), reader).unwrap()
}

fn input(documents: Vec<Document>) -> ReviewInput {
    let unused = Source::from_text("findings.json", UNUSED);
    let page = Page::read(&unused, &Json::parse(&unused).unwrap()).unwrap();
    let findings = Findings::join(vec![page], MissingPages::Refused).unwrap();
    let findings = findings.into_iter().next().unwrap();
    let catalogue = "s3:GetBucketAcl\ns3:GetObject\ns3:PutBucketAcl\ns3:PutBucketTagging\n\
                     s3:DeleteBucket\ns3:DeleteObject";
    let catalogue = Catalogue::parse(&Source::from_text("catalogue", catalogue)).unwrap();
    let loaded = documents.into_iter().map(LoadedPolicy::bare).collect();
    ReviewInput::new(loaded, findings, Arc::new(catalogue), Options::default())
}

fn accepted(documents: Vec<Document>) -> Review {
    let mut review = Review::new(input(documents));
    review.decide(&review.undecided(), Decision::Accepted);
    review
}

/// What would be written of the one file.
fn text(review: &Review) -> String {
    let files: Vec<_> = review.files().collect();
    assert_eq!(files.len(), 1);
    files[0].text().unwrap().into_owned()
}

#[test]
fn what_changes_in_the_policies_of_a_file_is_written_at_once() {
    let review = accepted(documents(TWO));
    assert!(review.is_proved(), "{:?}", review.outcomes());
    let expected = TWO
        .replace(r#""s3:GetBucketAcl", "s3:GetObject""#, r#""s3:GetObject""#)
        .replace("s3:PutBucket*", "s3:PutBucketTagging")
        .replace(
            ",\n      {\"Effect\": \"Allow\", \"Action\": \"s3:GetBucketAcl\", \"Resource\": \"arn:x\"}",
            "",
        );
    assert_eq!(text(&review), expected);
    let sizes: Vec<usize> = review.policies().map(|own| own.outcome.size).collect();
    let read_again: Vec<usize> = documents(&expected).iter().map(Document::size).collect();
    assert_eq!(sizes, read_again);
    let undecided = Review::new(input(documents(TWO)));
    let if_accepted: Vec<usize> = (0..2)
        .map(|own| undecided.size_if_all_accepted(own))
        .collect();
    assert_eq!(if_accepted, sizes);
}

#[test]
fn documents_are_equal_when_their_files_are() {
    assert_eq!(documents(TWO), documents(TWO));
    let other = TWO.replace("not a policy", "Not a policy");
    assert_ne!(documents(TWO), documents(&other));
}

#[test]
fn a_decision_in_one_policy_leaves_the_other_as_it_is() {
    let mut review = Review::new(input(documents(TWO)));
    let place = EntryPlace {
        policy: 1,
        statement: 0,
        entry: 0,
    };
    assert_eq!(text(&review), TWO);
    review.decide(&[place], Decision::Accepted);
    assert_eq!(
        text(&review),
        TWO.replace("s3:PutBucket*", "s3:PutBucketTagging")
    );
    assert_eq!(review.policy(0).outcome.written, Written::Unchanged);
    assert_eq!(review.policy(1).outcome.written, Written::Changed);
    review.undo();
    assert_eq!(text(&review), TWO);
}

#[test]
fn a_policy_of_which_nothing_is_left_stays_in_its_file() {
    let gone = TWO.replace("s3:GetObject", "s3:DeleteBucket");
    let review = accepted(documents(&gone));
    assert!(review.is_proved());
    assert_eq!(review.policy(0).outcome.written, Written::NothingLeft);
    assert!(review.policy(0).outcome.policy.statements.is_empty());
    let written = text(&review);
    assert!(written.contains(r#"["s3:GetBucketAcl", "s3:DeleteBucket"]"#));
    assert!(written.contains("s3:PutBucketTagging"));

    let both = gone.replace("s3:PutBucket*", "s3:PutBucketAcl");
    let review = accepted(documents(&both));
    let written = review.files().next().unwrap().outcome.written.clone();
    assert_eq!(written, FileText::NothingLeft);
}

#[test]
fn policies_of_other_holders_keep_what_these_use() {
    let mut input = input(documents(TWO));
    let unused = Arc::default();
    let catalogue = Arc::clone(&input.universe.catalogue);
    input.policies[1].universe = Arc::new(Universe::new(catalogue, unused, input.meanings()));
    let mut review = Review::new(input);
    review.decide(&review.undecided(), Decision::Accepted);
    assert!(review.is_proved(), "{:?}", review.outcomes());
    assert_eq!(review.policy(1).outcome.written, Written::Unchanged);
    assert_eq!(
        text(&review),
        TWO.replace(r#""s3:GetBucketAcl", "s3:GetObject""#, r#""s3:GetObject""#)
    );
    // Nothing is gone that the other policy still grants.
    assert_eq!(review.now().gone, 0);
    assert_eq!(review.now().still_granted, 2);
    let whole = EntryPlace {
        policy: 1,
        statement: 0,
        entry: 0,
    };
    assert!(!review.set_granularity(whole, Granularity::Name));
}

/// The edits of one document: its first statement has these entries, the others stay.
fn edits(document: &Document, first: Vec<EntryEdit>) -> Vec<Option<StatementEdit>> {
    let mut edits = vec![None; document.policy().statements.len()];
    edits[0] = Some(StatementEdit {
        entries: first.into(),
    });
    edits
}

fn new(text: &str) -> EntryEdit {
    EntryEdit::New(text.parse::<ActionPattern>().unwrap())
}

#[test]
fn a_byte_outside_the_edits_of_all_policies_is_a_fault() {
    let old = documents(TWO);
    let first = edits(&old[0], vec![EntryEdit::Kept(1)]);
    let second = edits(&old[1], vec![new("s3:PutBucketTagging")]);
    let both: [Edited<'_, ActionPattern>; 2] = [(&old[0], &first), (&old[1], &second)];
    let written = rewrite(&both).unwrap();
    let faults = |text: &str| prove_file(&both, &documents(text)).concat();
    assert_eq!(faults(&written), []);
    for (what, planted) in [
        (
            "a byte outside all",
            written.replace("not a policy", "no policy"),
        ),
        (
            "a byte between the policies",
            written.replace("\"writer\"", "\"writes\""),
        ),
        ("a resource", written.replace("arn:x", "arn:y")),
        (
            "an entry of no edit",
            written.replace("s3:GetBucketAcl", "s3:PutBucketAcl"),
        ),
        (
            "an edit not done",
            written.replace("s3:PutBucketTagging", "s3:PutBucket*"),
        ),
        (
            "the other edit not done",
            written.replace(r#"["s3:GetObject"]"#, r#"["s3:Get*"]"#),
        ),
        (
            "white space",
            written.replace("  \"writer\"", "   \"writer\""),
        ),
        (
            "a policy more",
            written.replace(
                "\"not a policy\"",
                "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\"}}",
            ),
        ),
    ] {
        assert_ne!(planted, written, "{what}");
        let faults = faults(&planted);
        assert!(!faults.is_empty(), "{what}");
        assert!(
            faults
                .iter()
                .all(|fault| fault.part == Part::NothingElseTouched)
        );
    }
    // A file of which nothing is edited has to be the same bytes.
    let none: Vec<Option<StatementEdit>> = vec![None];
    let nones: Vec<Option<StatementEdit>> = vec![None, None];
    let unedited: [Edited<'_, ActionPattern>; 2] = [(&old[0], &none), (&old[1], &nones)];
    assert_eq!(prove_file(&unedited, &documents(TWO)).concat(), []);
    let planted = TWO.replace("not a policy", "no policy");
    assert!(
        !prove_file(&unedited, &documents(&planted))
            .concat()
            .is_empty()
    );
    // One of which nothing is left stays beside another, and all of them leave no file.
    let gone = vec![Some(StatementEdit { entries: [].into() })];
    let both_gone: Vec<Option<StatementEdit>> = vec![
        Some(StatementEdit { entries: [].into() }),
        Some(StatementEdit { entries: [].into() }),
    ];
    let one_gone: [Edited<'_, ActionPattern>; 2] = [(&old[0], &gone), (&old[1], &nones)];
    assert_eq!(prove_file(&one_gone, &documents(TWO)).concat(), []);
    assert!(
        !prove_file(&one_gone, &documents(&planted))
            .concat()
            .is_empty()
    );
    let all_gone: [Edited<'_, ActionPattern>; 2] = [(&old[0], &gone), (&old[1], &both_gone)];
    assert_eq!(rewrite(&all_gone), None);
    assert!(!prove_file(&all_gone, &documents(TWO)).concat().is_empty());
    // Documents of two readings are not of one file, and every statement needs its edit.
    let again = documents(TWO);
    let mixed: [Edited<'_, ActionPattern>; 2] = [(&old[0], &none), (&again[1], &nones)];
    assert!(!prove_file(&mixed, &documents(TWO)).concat().is_empty());
    let short: [Edited<'_, ActionPattern>; 2] = [(&old[0], &none), (&old[1], &none)];
    assert!(!prove_file(&short, &documents(TWO)).concat().is_empty());
    // What is proved of some of its policies holds for the others too: these were to stay.
    let some = [both[0]];
    assert!(!prove_file(&some, &documents(&written)).concat().is_empty());
    let alone = rewrite(&some).unwrap();
    assert_eq!(prove_file(&some, &documents(&alone)).concat(), []);
}

const OPAQUE: &str = r#"{"one": {"Statement": [
  {"Effect": "Allow", "Action": [
    "s3:GetObject",
    {"from": "var.none", "is": []},
    "s3:GetBucketAcl",
    {"from": "var.more", "is": ["s3:PutBucket*", "s3:DeleteBucket"]},
    "s3:DeleteBucket"
  ], "Resource": {"from": "var.bucket", "is": ["arn:x"]}},
  {"Effect": "Allow", "Action": {"from": "local.all", "is": ["s3:GetBucketAcl"]}, "Resource": "*"}
]}}
"#;

#[test]
fn what_cannot_be_edited_has_its_place_and_the_reason() {
    let document = documents(OPAQUE).remove(0);
    let statement = &document.policy().statements[0];
    let entries = statement.actions.entries().iter().map(ToString::to_string);
    let entries: Vec<String> = entries.collect();
    let all = [
        "s3:GetObject",
        "s3:GetBucketAcl",
        "s3:PutBucket*",
        "s3:DeleteBucket",
        "s3:DeleteBucket",
    ];
    assert_eq!(entries, all);
    let Place::Opaque(range, reason) = document.place(0, 3) else {
        panic!("it can be edited");
    };
    assert_eq!(reason, "it comes from var.more");
    assert!(OPAQUE[range].starts_with(r#"{"from": "var.more""#));
    assert!(document.place(0, 4).is_editable());
    // Other elements are what is written there, so that what is known of them stays.
    let resource = statement
        .elements
        .get("Resource")
        .and_then(serde_json::Value::as_str);
    assert_eq!(resource, Some(r#"{"from": "var.bucket", "is": ["arn:x"]}"#));
}

#[test]
fn what_cannot_be_edited_stays_and_the_rest_is_narrowed() {
    let review = accepted(documents(OPAQUE));
    assert!(review.is_proved(), "{:?}", review.outcomes());
    let expected = OPAQUE
        .replace("    \"s3:GetBucketAcl\",\n", "")
        .replace("},\n    \"s3:DeleteBucket\"\n", "}\n");
    assert_eq!(text(&review), expected);
    let outcome = |statement, entry| {
        let place = EntryPlace {
            policy: 0,
            statement,
            entry,
        };
        review.state().entry(place).unwrap().plan.outcome.clone()
    };
    let locked = EntryOutcome::Stays(StaysBecause::NotEditable);
    assert_eq!(outcome(0, 2), locked);
    assert_eq!(outcome(0, 3), locked);
    assert_eq!(
        outcome(1, 0),
        locked,
        "no statement goes with what cannot be edited"
    );
    let place = EntryPlace {
        policy: 0,
        statement: 0,
        entry: 2,
    };
    assert_eq!(
        OutcomeReason::of_entry(&review, place)
            .unwrap()
            .sentence("It"),
        "It stays as it is: it cannot be edited here (it comes from var.more); 1 unused action \
         stays granted."
    );
    assert_eq!(outcome_word(&locked), "locked");
    assert_eq!(outcome(0, 4), EntryOutcome::Goes(GoesBecause::Unused));
    assert_eq!(review.now().not_editable, 3);
}

#[test]
fn what_cannot_be_edited_cannot_be_marked_or_decided() {
    let mut review = Review::new(input(documents(OPAQUE)));
    let place = EntryPlace {
        policy: 0,
        statement: 0,
        entry: 2,
    };
    let mark = Mark {
        kind: MarkKind::Drop,
        prefix: prefix_of(&"s3:PutBucket*".parse().unwrap()),
        by: SetBy::Person,
        reason: None,
    };
    assert!(!review.set_marks(place, vec![mark]));
    assert_eq!(review.decide(&[place], Decision::Accepted), 0);
    assert!(!review.can_undo());

    // Nor by a record of when it could be.
    let literal = OPAQUE.replace(
        r#"{"from": "var.more", "is": ["s3:PutBucket*", "s3:DeleteBucket"]}"#,
        r#""s3:PutBucket*", "s3:DeleteBucket""#,
    );
    let before = accepted(documents(&literal));
    let records = before.state().records(before.input());
    let of_locked = |at: &EntryPlace| at.statement == 0 && matches!(at.entry, 2 | 3);
    let differing = review.replay(&records);
    let differing: Vec<EntryPlace> = differing.iter().map(|own| own.place()).collect();
    assert_eq!(differing.iter().filter(|at| of_locked(at)).count(), 2);
    assert_eq!(differing.len(), 2);
}

#[test]
fn a_change_of_what_cannot_be_edited_is_a_fault() {
    let old = documents(OPAQUE);
    let kept = [0, 2, 3].map(EntryEdit::Kept);
    let edits = edits(&old[0], kept.to_vec());
    let edited = [(&old[0], &edits[..])];
    let written = rewrite(&edited).unwrap();
    let faults = |text: &str| prove_file(&edited, &documents(text)).concat();
    assert_eq!(faults(&written), []);
    for (what, planted) in [
        (
            "what comes to no entry is gone",
            written.replace(r#"{"from": "var.none", "is": []},"#, ""),
        ),
        (
            "another comes to the same",
            written.replace("var.more", "var.other"),
        ),
        (
            "it is written out",
            written.replace(
                r#"{"from": "var.more", "is": ["s3:PutBucket*", "s3:DeleteBucket"]}"#,
                r#""s3:PutBucket*", "s3:DeleteBucket""#,
            ),
        ),
    ] {
        assert_ne!(planted, written, "{what}");
        assert!(!faults(&planted).is_empty(), "{what}");
    }
}

#[test]
#[should_panic(expected = "must stay")]
fn an_entry_that_cannot_be_edited_is_not_removed() {
    let old = documents(OPAQUE);
    let edits = edits(&old[0], [0, 2].map(EntryEdit::Kept).to_vec());
    let _ = old[0].rewrite(&edits);
}

#[test]
#[should_panic(expected = "must stay")]
fn a_statement_with_what_cannot_be_edited_is_not_removed() {
    let old = documents(OPAQUE);
    let edits: [Option<StatementEdit>; 2] = [None, Some(StatementEdit::removed())];
    let _ = old[0].rewrite(&edits);
}

#[test]
fn the_proof_sees_that_what_cannot_be_edited_would_go() {
    let input = input(documents(OPAQUE));
    let document = input.document(0);
    let universe = &input.universe;
    let knowledge = Knowledge::new(&universe.catalogue, &universe.unused, input.meanings());
    let faults = |edits: &[Option<StatementEdit<Replacement>>]| {
        let proved = prove(document, edits, &knowledge, |_, _| Curation::NONE);
        let parts = proved.faults.iter().map(|fault| fault.part);
        parts.collect::<Vec<Part>>()
    };
    let keeping = |kept: &[usize]| StatementEdit {
        entries: kept.iter().map(|&place| EntryEdit::Kept(place)).collect(),
    };
    assert_eq!(faults(&[Some(keeping(&[0, 2, 3])), None]), []);
    let touched = [Part::NothingElseTouched];
    assert_eq!(faults(&[Some(keeping(&[0, 2])), None]), touched);
    // That the entry goes, and that the statement goes.
    let removed = [None, Some(StatementEdit::removed())];
    assert_eq!(faults(&removed), [touched, touched].concat());
}

#[test]
fn what_is_lost_does_not_hang_on_what_is_written_elsewhere() {
    let faults = |beside: &str| {
        let text = format!(
            r#"{{"one": {{"Statement": {{"Effect": "Allow", "Action": ["s3:Get*", {beside}], "Resource": "*"}}}}}}"#
        );
        let input = input(documents(&text));
        let universe = &input.universe;
        let knowledge = Knowledge::new(&universe.catalogue, &universe.unused, input.meanings());
        let edit: StatementEdit<Replacement> = StatementEdit {
            entries: [EntryEdit::Kept(1)].into(),
        };
        let curation = |_, _| Curation::NONE;
        let proved = prove(input.document(0), &[Some(edit)], &knowledge, curation);
        proved
            .faults
            .iter()
            .any(|fault| fault.part == Part::NothingLost)
    };
    assert!(!faults(r#""s3:*""#));
    assert!(faults(r#"{"from": "var.more", "is": ["s3:*"]}"#));
}

const UNKNOWN: &str = r#"{"one": {"Statement": [
  {"Effect": "Allow", "Action": ["s3:GetBucketAcl", {"from": "var.more", "is": []}], "Resource": "*"},
  {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutBucketAcl"], "Resource": "*"},
  {"Effect": "Deny", "Action": {"from": "var.never", "is": []}, "Resource": "*"},
  {"Effect": "Allow", "NotAction": ["s3:*", {"from": "var.not", "is": []}], "Resource": "*"}
]}}
"#;

#[test]
fn a_statement_with_entries_that_are_not_known_stays_and_its_literals_go() {
    let review = accepted(documents(UNKNOWN));
    assert!(review.is_proved(), "{:?}", review.outcomes());
    let expected = UNKNOWN
        .replace("\"s3:GetBucketAcl\", {", "{")
        .replace(", \"s3:PutBucketAcl\"", "");
    assert_eq!(text(&review), expected);
    assert!((0..4).all(|statement| !review.outcomes()[0].is_removed(statement)));

    // Nor is it a policy of which nothing is left.
    let alone = r#"{"one": {"Statement": {"Effect": "Allow", "Action": [
        {"from": "var.more", "is": []}, "s3:GetBucketAcl"], "Resource": "*"}}}"#;
    let review = accepted(documents(alone));
    assert!(review.is_proved(), "{:?}", review.outcomes());
    assert_eq!(review.policy(0).outcome.written, Written::Changed);
    assert_eq!(text(&review), alone.replace(", \"s3:GetBucketAcl\"", ""));
}

#[test]
fn nothing_is_gone_that_entries_which_are_not_known_may_grant() {
    let review = accepted(documents(UNKNOWN));
    assert_eq!(review.now().gone, 0);
    assert_eq!(review.now().still_granted, 3);
    assert!(review.caveats().contains(&Caveat::UnknownEntries(1)));
    // What is not known of a Deny and of a NotAction grants nothing.
    let denied = UNKNOWN.replace(r#"{"from": "var.more", "is": []}"#, "\"s3:DeleteObject\"");
    let review = accepted(documents(&denied));
    assert_eq!(review.now().gone, 2);
    assert_eq!(review.now().still_granted, 0);
    assert!(!review.caveats().contains(&Caveat::UnknownEntries(1)));
    // Nor does it cover what is new.
    let narrowed = UNKNOWN.replace("\"s3:GetBucketAcl\", {", "\"s3:PutBucket*\", {");
    let written = text(&accepted(documents(&narrowed)));
    assert!(written.contains("[\"s3:PutBucketTagging\", {"), "{written}");
}

#[test]
fn the_proof_sees_that_what_is_not_known_is_gone_or_another() {
    let old = documents(UNKNOWN);
    let edits = edits(&old[0], vec![]);
    let edited = [(&old[0], &edits[..])];
    let written = rewrite(&edited).unwrap();
    let faults = |text: &str| prove_file(&edited, &documents(text)).concat();
    assert_eq!(faults(&written), []);
    let statement =
        r#"{"Effect": "Allow", "Action": [{"from": "var.more", "is": []}], "Resource": "*"},"#;
    for (what, planted) in [
        (
            "its statement",
            written.replace(&format!("\n  {statement}"), ""),
        ),
        ("another", written.replace("var.more", "var.other")),
        (
            "an entry in its place",
            written.replace(r#"{"from": "var.more", "is": []}"#, "\"s3:GetObject\""),
        ),
        (
            "it beside what was to go",
            written.replace(
                "{\"from\": \"var.more\"",
                "\"s3:GetBucketAcl\", {\"from\": \"var.more\"",
            ),
        ),
    ] {
        assert_ne!(planted, written, "{what}");
        assert!(!faults(&planted).is_empty(), "{what}");
    }
}
