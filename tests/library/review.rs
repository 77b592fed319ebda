//! A review keeps its promises whatever is decided, and in whatever order.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::iam::Action;
use iam_refine::intake::{Intake, IntakeOptions};
use iam_refine::refine::{
    EntryPlan, Granularity, Mark, MarkKind, SetBy, StatementPlan, prefix_of, settle_entries,
};
use iam_refine::review::journal::step_line;
use iam_refine::review::{
    Accept, Decision, EntryPlace, EntryRecord, Proposals, Review, reason_to_fit,
};
use iam_refine::text::Source;
use proptest::prelude::*;

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject", "s3:*Tagging"], "Resource": "a"},
  {"Effect": "Deny", "Action": "s3:GetBucket*", "Resource": "*"},
  {"Effect": "Allow", "NotAction": ["iam:*", "lambda:*"], "Resource": "b"},
  {"Effect": "Allow", "Action": "s3:Put*", "Resource": "*"},
  {"Effect": "Allow", "Action": ["s3:List*", "s3:Get?bject", "sqs:*"], "Resource": "*"}
]}"#;

const FINDINGS: &str = r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl", "GetObjectTagging",
  "PutObject", "PutBucketPolicy", "ListBucket", "GetMetricsConfiguration"]},
  {"serviceNamespace": "sqs"}]"#;

fn review_of(policy: &str) -> Review {
    let intake = Intake::new().options(IntakeOptions::of(Catalogue::built_in()));
    let intake = intake.text("policy.json", policy);
    let review = intake.text("findings.json", FINDINGS).review();
    review.expect("a policy and findings")
}

/// What would be written.
fn text(review: &Review) -> String {
    let file = review.files().next().expect("there is a file");
    file.text().expect("something is left").into_owned()
}

/// Something a person does.
#[derive(Clone, Debug)]
enum Move {
    Decide(usize, Decision),
    Mark(usize, MarkKind, &'static str),
    Cut(usize, Granularity),
    /// To so many characters.
    Fit(usize),
    Undo,
    Redo,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let decision = prop::sample::select(vec![
        Decision::Undecided,
        Decision::Accepted,
        Decision::Rejected,
    ]);
    let kind = prop::sample::select(vec![
        MarkKind::Keep,
        MarkKind::Drop,
        MarkKind::Split,
        MarkKind::Whole,
    ]);
    let prefix = prop::sample::select(vec!["Get", "GetObject", "GetBucket", "Put", "PutObject"]);
    let granularity = prop::sample::select(Granularity::ALL.to_vec());
    let one = prop_oneof![
        4 => (any::<usize>(), decision).prop_map(|(at, to)| Move::Decide(at, to)),
        2 => (any::<usize>(), kind, prefix).prop_map(|(at, kind, to)| Move::Mark(at, kind, to)),
        1 => (any::<usize>(), granularity).prop_map(|(at, to)| Move::Cut(at, to)),
        1 => (200..1_600_usize).prop_map(Move::Fit),
        2 => Just(Move::Undo),
        1 => Just(Move::Redo),
    ];
    prop::collection::vec(one, 0..14)
}

fn play(review: &mut Review, moves: &[Move]) {
    for made in moves {
        let places: Vec<EntryPlace> = review.state().places().collect();
        let place = |at: &usize| places[at % places.len()];
        match made {
            Move::Decide(at, to) => {
                review.decide(&[place(at)], *to);
            }
            Move::Mark(at, kind, prefix) => {
                let at = place(at);
                let entry = review.state().entry(at);
                let mut marks = entry.map(|own| own.marks.clone()).unwrap_or_default();
                marks.push(mark(*kind, prefix));
                review.set_marks(at, marks);
            }
            Move::Cut(at, to) => {
                review.set_granularity(place(at), *to);
            }
            Move::Fit(length) => {
                let fitting = review.fitting(0, Proposals::NotRejected, *length);
                if let Some(fit) = fitting.within(*length) {
                    review.leave_whole(&fit, &reason_to_fit(*length));
                }
            }
            Move::Undo => {
                review.undo();
            }
            Move::Redo => {
                review.redo();
            }
        }
        assert!(review.is_proved(), "{made:?}");
    }
}

fn decide_all(review: &mut Review, to: Decision) {
    let places = review.undecided();
    review.decide(&places, to);
}

/// The known actions that the written policy allows.
fn granted(review: &Review) -> Vec<Action> {
    let input = review.input();
    let statements = &review.outcomes()[0].policy.statements;
    let services = input.universe.services().into_iter();
    let known = services.flat_map(|service| {
        let names = input.universe.names(&service).into_iter();
        names.map(move |name| Action::new(service.clone(), name.clone()))
    });
    known
        .filter(|action| statements.iter().any(|own| own.allows(action)))
        .collect()
}

/// What is decided, in the form that outlives the program.
fn records(review: &Review) -> Vec<EntryRecord> {
    let places = review.state().places();
    places
        .map(|place| review.state().record(review.input(), place))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn undoing_all_is_the_start_and_redoing_all_the_end(moves in moves()) {
        let mut review = review_of(POLICY);
        play(&mut review, &moves);
        let (end, decided) = (text(&review), records(&review));
        while review.redo().is_some() {}
        let (last, last_decided) = (text(&review), records(&review));
        while review.undo().is_some() {}
        prop_assert_eq!(text(&review), POLICY);
        prop_assert_eq!(records(&review), records(&review_of(POLICY)));
        while review.redo().is_some() {}
        prop_assert_eq!((text(&review), records(&review)), (last, last_decided));
        // The point where it ended is one of those passed on the way back.
        while (text(&review) != end || records(&review) != decided) && review.undo().is_some() {}
        prop_assert_eq!(text(&review), end);
    }

    #[test]
    fn replaying_what_was_decided_comes_to_the_same(moves in moves()) {
        let mut review = review_of(POLICY);
        play(&mut review, &moves);
        let decided = records(&review);
        let mut again = review_of(POLICY);
        prop_assert!(again.replay(&decided).is_empty());
        prop_assert_eq!(text(&again), text(&review));
        prop_assert_eq!(records(&again), decided);
        prop_assert!(again.is_proved());
    }

    #[test]
    fn accepting_some_then_the_rest_of_what_was_written_grants_what_accepting_all_does(
        chosen in prop::collection::vec(any::<bool>(), 8),
    ) {
        let mut whole = review_of(POLICY);
        decide_all(&mut whole, Decision::Accepted);
        let mut first = review_of(POLICY);
        let places = first.undecided();
        let some: Vec<EntryPlace> = (places.into_iter().zip(chosen))
            .filter_map(|(place, is_chosen)| is_chosen.then_some(place))
            .collect();
        first.decide(&some, Decision::Accepted);
        let mut rest = review_of(&text(&first));
        decide_all(&mut rest, Decision::Accepted);
        prop_assert!(rest.is_proved());
        prop_assert_eq!(granted(&rest), granted(&whole));
    }
}

#[test]
fn rejecting_all_writes_the_same_bytes() {
    let mut review = review_of(POLICY);
    decide_all(&mut review, Decision::Rejected);
    assert_eq!(text(&review), POLICY);
}

#[test]
fn accepting_all_writes_what_is_planned() {
    let mut review = review_of(POLICY);
    decide_all(&mut review, Decision::Accepted);
    let input = review.input();
    let planned = iam_refine::refine::plan(
        input.document(0).policy(),
        &input.universe,
        &input.options,
        iam_refine::refine::HeldBack::NOTHING,
        |_, _| true,
    );
    for (statement, plan) in planned.statements.iter().enumerate() {
        let settled = match plan {
            StatementPlan::Denies | StatementPlan::NotAction(_) => None,
            StatementPlan::Entries(plans) => {
                let plans: Vec<&EntryPlan> = plans.iter().map(|plan| &**plan).collect();
                settle_entries(&plans, |_| true)
            }
        };
        let edit = settled.map(|settled| settled.edit);
        assert_eq!(review.outcomes()[0].edits[statement], edit);
    }
}

/// A review that was left after `steps` and is gone on with.
fn resumed(left: impl Fn(&mut Review, &mut dyn FnMut(&Review))) -> Review {
    let mut review = review_of(POLICY);
    let mut saved = review.snapshot();
    let mut steps: Vec<Vec<EntryRecord>> = Vec::new();
    left(&mut review, &mut |review| {
        let line = step_line(review, &saved).expect("something changed");
        steps.push(serde_json::from_str(&line).expect("a line of a journal"));
        saved = review.snapshot();
    });
    let mut again = review_of(POLICY);
    again.replay_steps(&steps);
    assert_eq!(text(&again), text(&review));
    again
}

#[test]
fn what_was_undone_before_a_review_was_left_does_not_come_back_by_undoing() {
    let accept = |review: &mut Review, at: usize| {
        let place = review
            .state()
            .places()
            .nth(at)
            .expect("something to decide");
        review.decide(&[place], Decision::Accepted);
    };
    let mut undone = resumed(|review, save| {
        for at in [0, 2] {
            accept(review, at);
            save(review);
        }
        review.undo();
        save(review);
    });
    let left = text(&undone);
    undone.redo();
    assert_ne!(text(&undone), left, "what was undone can be done again");
    undone.undo();
    assert_eq!(text(&undone), left);
    undone.undo();
    assert_eq!(text(&undone), POLICY);
    assert!(!undone.can_undo());

    let mut redone = resumed(|review, save| {
        accept(review, 0);
        save(review);
        review.undo();
        save(review);
        review.redo();
        save(review);
    });
    assert!(!redone.can_redo());
    redone.undo();
    assert_eq!(text(&redone), POLICY);
    assert!(!redone.can_undo());
}

#[test]
fn what_was_left_whole_to_fit_is_resumed_and_taken_back_at_once() {
    let mut again = resumed(|review, save| {
        let narrowest = review.size_if_all_accepted(0);
        let fitting = review.fitting(0, Proposals::NotRejected, narrowest);
        let mut lengths = (0..narrowest).rev();
        let fit = lengths.find_map(|length| fitting.within(length));
        let fit = fit.expect("it can be shorter");
        let length = fit.size;
        assert!(!fit.left_whole.is_empty());
        assert!(review.leave_whole(&fit, &reason_to_fit(length)));
        save(review);
        decide_all(review, Decision::Accepted);
        save(review);
        assert!(review.size(0).after <= length);
    });
    let marks = |review: &Review| -> Vec<Mark> {
        let state = review.state();
        let entries = state.places().filter_map(|place| state.entry(place));
        entries.flat_map(|entry| entry.marks.clone()).collect()
    };
    let set = marks(&again);
    let by_fit = |mark: &Mark| mark.by == SetBy::Fit && mark.reason.is_some();
    assert!(!set.is_empty() && set.iter().all(by_fit), "{set:?}");
    again.undo();
    assert_eq!(marks(&again).len(), set.len());
    again.undo();
    assert!(marks(&again).is_empty() && !again.can_undo());
    again.redo();
    assert_eq!(marks(&again), set);
}

#[test]
fn what_a_person_left_whole_within_what_a_fit_leaves_whole_is_resumed_too() {
    let whole = |prefix: &str| Mark {
        kind: MarkKind::Whole,
        prefix: prefix_of(&format!("s3:{prefix}*").parse().expect("a pattern")),
        by: SetBy::Person,
        reason: None,
    };
    let mut review = review_of(POLICY);
    let place = review.undecided()[0];
    assert!(review.set_marks(place, vec![whole("GetObject")]));
    let narrowest = review.size_if_all_accepted(0);
    let fitting = review.fitting(0, Proposals::NotRejected, narrowest);
    // Shorter and shorter, until the fit leaves a prefix of it whole.
    let mut fits = (0..narrowest)
        .rev()
        .filter_map(|length| fitting.within(length));
    let fit = fits.find(|fit| {
        let mut all = fit.left_whole.iter().filter(|left| left.place == place);
        all.any(|left| whole("GetObject").prefix.properly_extends(&left.prefix))
    });
    let fit = fit.expect("it leaves more whole");
    assert!(review.leave_whole(&fit, &reason_to_fit(fit.size)));
    let mut again = review_of(POLICY);
    assert!(again.replay(&records(&review)).is_empty());
    assert_eq!(records(&again), records(&review));
    assert_eq!(text(&again), text(&review));
}

#[test]
fn statements_of_which_the_same_is_proposed_and_decided_share_what_they_become() {
    let statement = r#"{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}"#;
    let policy = format!(r#"{{"Statement": [{}]}}"#, [statement; 3].join(","));
    let mut review = review_of(&policy);
    let first = review.undecided();
    review.decide(&first, Decision::Accepted);
    review.set_granularity(first[1], Granularity::Name);
    review.decide(&first, Decision::Accepted);
    assert!(review.is_proved());
    let outcomes = review.outcomes();
    let entries = |place: usize| &outcomes[0].edits[place].as_ref().unwrap().entries;
    assert!(Arc::ptr_eq(entries(0), entries(2)));
    assert_ne!(entries(0), entries(1));
}

/// Behind `Reads` the wildcard would be a character longer than can be read again.
#[test]
fn what_would_be_too_long_behind_a_prefix_is_written_by_name() {
    let (stars, letters) = ("*x".repeat(253), "x".repeat(253));
    let [a, b, unused] = ["ReadsA", "ReadsB", "PutC"].map(|start| format!("{start}{letters}"));
    let catalogue = format!("t\n L+ {a}\n L+ {b}\n L+ {unused}\n");
    let catalogue = Catalogue::parse(&Source::from_text("catalogue", &catalogue));
    let options = IntakeOptions::of(Arc::new(catalogue.expect("a catalogue")));
    let policy = format!(r#"{{"Statement": {{"Effect": "Allow", "Action": "t:{stars}"}}}}"#);
    let findings = format!(r#"[{{"serviceNamespace": "t", "actions": ["{unused}"]}}]"#);
    let intake = Intake::new().options(options).text("policy.json", &policy);
    let review = intake.text("findings.json", &findings).review();
    let mut review = review.expect("a policy and findings");
    review.accept_all(Accept::Entries);
    assert!(review.is_proved());
    let by_name = format!(r#"["t:{a}", "t:{b}"]"#);
    assert_eq!(
        text(&review),
        policy.replace(&format!(r#""t:{stars}""#), &by_name)
    );
}

/// A mark that a person sets on what starts with `prefix` in s3.
fn mark(kind: MarkKind, prefix: &str) -> Mark {
    let pattern = format!("s3:{prefix}*").parse().expect("a pattern");
    Mark {
        kind,
        prefix: prefix_of(&pattern),
        by: SetBy::Person,
        reason: None,
    }
}

#[test]
fn taking_the_last_mark_back_brings_back_what_was_decided_before_it() {
    for before in [Decision::Undecided, Decision::Accepted, Decision::Rejected] {
        let mut review = review_of(POLICY);
        let at = review.state().places().next().expect("a place");
        review.decide(&[at], before);
        let keep = mark(MarkKind::Keep, "Get");
        let drop = mark(MarkKind::Drop, "GetObject");
        assert!(review.set_marks(at, vec![keep.clone()]));
        assert!(review.set_marks(at, vec![keep.clone(), drop]));
        assert_eq!(review.state().decision(at), Some(Decision::Accepted));
        assert!(review.set_marks(at, vec![keep]));
        assert_eq!(review.state().decision(at), Some(Decision::Accepted));
        assert!(review.set_marks(at, Vec::new()));
        assert_eq!(review.state().decision(at), Some(before));
    }
}

#[test]
fn what_was_rejected_with_a_mark_is_rejected_without_it() {
    let mut review = review_of(POLICY);
    let at = review.state().places().next().expect("a place");
    review.set_marks(at, vec![mark(MarkKind::Keep, "Get")]);
    review.decide(&[at], Decision::Rejected);
    review.set_marks(at, Vec::new());
    assert_eq!(review.state().decision(at), Some(Decision::Rejected));
}
