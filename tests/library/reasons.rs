//! Why an entry stays or goes is said in the same words wherever it is said.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::document::Document;
use iam_refine::explain::report::summary;
use iam_refine::explain::{OutcomeReason, Prefix, ReasonLine, Reasons, outcome_word};
use iam_refine::findings::{Findings, MissingPages, Page};
use iam_refine::refine::{
    Curation, EntryExpansion, Granularity, Keep, Mark, MarkKind, Options, SetBy, Trie, prefix_of,
};
use iam_refine::review::{Decision, EntryPlace, LoadedPolicy, Review, ReviewInput};
use iam_refine::text::{Json, Source};

const CATALOGUE: &str = "t:Get\nt:GetA\nt:GetB\nt:GetC\nt:PutA\nt:TagA\nv:Do\nv:Go";

/// `t:GetA` and `t:PutA` are unused, all of `v`, and an action of `w`, which the catalogue does not
/// have.
const UNUSED: &str = r#"[
    {"serviceNamespace": "t", "actions": ["GetA", "PutA"]},
    {"serviceNamespace": "v"},
    {"serviceNamespace": "w", "actions": ["Do"]}
]"#;

/// A review of a statement with these entries, of which those are kept.
fn review(entries: &[&str], kept: &[&str]) -> Review {
    let entries: Vec<String> = entries.iter().map(|entry| format!("{entry:?}")).collect();
    let policy = format!(
        r#"{{"Statement": {{"Effect": "Allow", "Action": [{}], "Resource": "*"}}}}"#,
        entries.join(", ")
    );
    let document = Document::parse(Source::from_text("policy.json", &policy)).unwrap();
    let unused = Source::from_text("findings.json", UNUSED);
    let page = Page::read(&unused, &Json::parse(&unused).unwrap()).unwrap();
    let findings = Findings::join(vec![page], MissingPages::Refused).unwrap();
    let catalogue = Catalogue::parse(&Source::from_text("actions.txt", CATALOGUE)).unwrap();
    let keeps = kept
        .iter()
        .map(|pattern| Keep::of(pattern.parse().unwrap()));
    let options = Options {
        keeps: keeps.collect(),
        ..Options::default()
    };
    Review::new(ReviewInput::new(
        vec![LoadedPolicy::bare(document)],
        findings.into_iter().next().unwrap(),
        Arc::new(catalogue),
        options,
    ))
}

fn at(entry: usize) -> EntryPlace {
    EntryPlace {
        policy: 0,
        statement: 0,
        entry,
    }
}

fn marked(entry: &str, kind: MarkKind, prefix: &str) -> Review {
    let mut review = review(&[entry], &[]);
    let mark = Mark {
        kind,
        prefix: prefix_of(&prefix.parse().unwrap()),
        by: SetBy::Person,
        reason: Some("old \u{1b}[31mjob".into()),
    };
    assert!(review.set_marks(at(0), vec![mark]));
    review
}

/// The word for the first entry, and the sentence.
fn told(review: &Review) -> (&'static str, String) {
    let outcome = &review.state().entry(at(0)).unwrap().plan.outcome;
    let reason = OutcomeReason::of_entry(review, at(0)).unwrap();
    (outcome_word(outcome), reason.sentence("It"))
}

#[test]
fn an_entry_stays_or_goes_for_a_reason() {
    for (entry, word, sentence) in [
        ("t:TagA", "", "stays as it is: it is not reported unused"),
        (
            "t:Tag*",
            "",
            "stays as it is: the one known action it grants is not reported unused",
        ),
        (
            "t:*B",
            "",
            "stays as it is: the one known action it grants is not reported unused",
        ),
        (
            "t:Do*",
            "",
            "stays as it is: it grants nothing that the catalogue or the findings name",
        ),
        (
            "w:*",
            "",
            "stays as it is: the catalogue does not have w, so nobody can tell what else it \
             grants; 1 unused action stays granted: w:Do",
        ),
        ("t:GetA", "unused", "is removed: it is reported unused"),
        (
            "t:Put*",
            "unused",
            "is removed: the one known action it grants goes",
        ),
        (
            "t:*A",
            "",
            "becomes 1 entry: of the 3 known actions it grants 1 stays and 2 go",
        ),
        ("v:D*", "unused", "is removed: its service is unused"),
        ("v:Do", "unused", "is removed: its service is unused"),
    ] {
        let (told_word, told_sentence) = told(&review(&[entry], &[]));
        assert_eq!(told_sentence, format!("It {sentence}."), "{entry}");
        assert_eq!(told_word, word, "{entry}");
    }
}

#[test]
fn what_a_person_keeps_or_drops_is_told_with_the_reason() {
    assert_eq!(
        told(&review(&["t:GetA"], &["t:Get*"])),
        (
            "kept",
            "It stays as it is: it is reported unused and kept.".to_owned()
        )
    );
    // The person's words cannot act on a terminal.
    let kept =
        "It stays as it is: what it grants that is reported unused is kept (old \\u{1b}[31mjob).";
    assert_eq!(
        told(&marked("t:Put*", MarkKind::Keep, "t:Put*")),
        ("kept", kept.to_owned())
    );
    for (entry, prefix, reason) in [
        ("t:Tag*", "t:Tag*", "the one known action it grants was"),
        ("t:*B", "t:GetB", "the one known action it grants was"),
    ] {
        let sentence = format!("It is removed: {reason} dropped by hand.");
        let dropped = marked(entry, MarkKind::Drop, prefix);
        assert_eq!(told(&dropped), ("dropped", sentence), "{entry}");
    }
}

#[test]
fn an_entry_whose_rest_others_grant_is_removed() {
    let mut review = review(&["t:Get*", "t:G*"], &[]);
    review.decide(&review.undecided(), Decision::Accepted);
    let sentences: Vec<String> = (0..2)
        .map(|entry| OutcomeReason::of_entry(&review, at(entry)).unwrap())
        .map(|reason| reason.sentence("It"))
        .collect();
    let (gone, stays): (Vec<_>, Vec<_>) = (sentences.iter())
        .partition(|sentence| *sentence == "It is removed: other entries grant what stays of it.");
    assert_eq!((gone.len(), stays.len()), (1, 1), "{sentences:?}");
    let summary = summary(&review);
    assert!(
        summary.contains(" removed, other entries grant what stays of it"),
        "{summary}"
    );
}

#[test]
fn the_reasons_begin_with_that_sentence() {
    let review = review(&["t:Get*", "t:GetA", "t:PutA", "v:*"], &[]);
    for entry in 0..4 {
        let sentence = OutcomeReason::of_entry(&review, at(entry)).unwrap();
        let reasons = Reasons::of_entry(&review, at(entry), None, None);
        assert_eq!(reasons.lead[0], sentence.sentence("It"));
    }
    let both = Reasons::of_literals(&review, at(1), 2);
    assert_eq!(both.lead, ["Each is removed: it is reported unused."]);
}

#[test]
fn an_action_is_told_apart_from_what_starts_with_it() {
    let review = review(&["t:Get*"], &[]);
    let pattern = "t:Get*".parse().unwrap();
    let expansion = EntryExpansion::new(&pattern, review.input().universe_of(0), Curation::NONE);
    let trie = Trie::new(expansion, Granularity::Word, Curation::NONE);
    let node = trie.ids().find(|node| trie.prefix_name(*node) == "Get");
    let node = node.unwrap();
    let headings = |is_action| {
        let prefix = Prefix {
            node,
            last: node,
            is_action,
            emitted: &["t:Get".to_owned()],
        };
        let reasons = Reasons::of_prefix(&review, at(0), &trie, &prefix);
        assert_eq!(reasons.title, "Get");
        assert_eq!(
            reasons.lead,
            [
                "Get is unsafe: 1 unused action starts with it (GetA).",
                "It is itself an action that stays: t:Get.",
            ]
        );
        let lines = reasons.lines.into_iter().filter_map(|line| match line {
            ReasonLine::Heading(heading) => Some(heading),
            _ => None,
        });
        lines.collect::<Vec<_>>()
    };
    let elsewhere = "STILL GRANTED ELSEWHERE".to_owned();
    assert_eq!(headings(true), ["THE ONE THAT STAYS", &elsewhere]);
    assert_eq!(headings(false), ["OF THE 3 THAT STAY", &elsewhere]);
}
