//! The tightest policy of at most so many characters, against all choices that there are.
//!
//! `FIT_WORLDS=10000 cargo test --release --test library fit::` tries more worlds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iam_refine::catalogue::{Catalogue, Level};
use iam_refine::iam::{Action, ActionPrefix};
use iam_refine::intake::{Intake, IntakeOptions};
use iam_refine::refine::fit::Excess;
use iam_refine::refine::{
    EntryExpansion, EntryOutcome, Fate, Mark, MarkKind, Rule, Safety, SetBy, Trie, prefix_of,
};
use iam_refine::review::{
    Accept, Decision, EntryPlace, ExceptedBecause, Proposals, Review, StatementReview,
};
use iam_refine::text::Source;
use proptest::prelude::*;

/// A small policy with what is known and unused of its actions.
#[derive(Clone, Debug)]
struct World {
    /// Names, their levels as letters of a catalogue, and whether they are unused.
    actions: Vec<(String, char, bool)>,
    statements: Vec<Vec<&'static str>>,
    /// Whether an `Action` of one entry is a string, and whether there is white space.
    layout: (bool, bool),
    /// What a person did before, at places counted round.
    done: Vec<(usize, Done)>,
}

/// What a person does to a proposal.
#[derive(Clone, Copy, Debug)]
enum Done {
    Reject,
    Mark(MarkKind, &'static str),
}

/// Worlds in which no two wildcards of a statement have an action in common.
fn worlds() -> impl Strategy<Value = World> {
    worlds_with(vec![
        vec!["t:*"],
        vec!["t:Get*"],
        vec!["t:Get*", "t:List*"],
        vec!["t:List*", "u:*"],
        vec!["t:*s", "u:Zz"],
        vec!["t:*Serv*"],
        vec!["t:Get*", "t:Get*", "t:Put*"],
    ])
}

fn overlapping_worlds() -> impl Strategy<Value = World> {
    worlds_with(vec![
        vec!["t:*", "t:Get*"],
        vec!["t:*Serv*", "t:*A*"],
        vec!["t:*s", "t:List*", "t:?*Name*"],
        vec!["*", "t:G*"],
    ])
}

fn worlds_with(entries: Vec<Vec<&'static str>>) -> impl Strategy<Value = World> {
    let verb = prop::sample::select(vec!["Get", "List", "Put"]);
    let token = prop::sample::select(vec!["Service", "Services", "s", "A", "As", "B", "Name"]);
    let name = (verb, prop::collection::vec(token, 1..4))
        .prop_map(|(verb, tokens)| format!("{verb}{}", tokens.concat()));
    let level = prop::sample::select(vec!['L', 'L', 'R', 'R', 'W', 'T', 'P', '?']);
    let action = (name, level, prop::bool::weighted(0.35));
    let entries = prop::sample::select(entries);
    let statements = prop::collection::vec(entries, 1..3);
    let kind = prop::sample::select(vec![MarkKind::Keep, MarkKind::Drop, MarkKind::Split]);
    let prefix = prop::sample::select(vec!["Get", "GetService", "GetServices", "List", "PutA"]);
    let done = prop_oneof![
        1 => Just(Done::Reject),
        2 => (kind, prefix).prop_map(|(kind, prefix)| Done::Mark(kind, prefix)),
    ];
    let done = prop_oneof![
        1 => Just(0..1),
        1 => Just(1..3)
    ]
    .prop_flat_map(move |count| prop::collection::vec((0..4_usize, done.clone()), count));
    (
        prop::collection::vec(action, 3..14),
        statements,
        any::<(bool, bool)>(),
        done,
    )
        .prop_map(|(actions, statements, layout, done)| World {
            actions: distinct(actions),
            statements,
            layout,
            done,
        })
        .prop_filter("something is unused, and something stays", |world| {
            let unused = world.actions.iter().filter(|(_, _, unused)| *unused);
            (1..world.actions.len()).contains(&unused.count())
        })
}

fn distinct(actions: Vec<(String, char, bool)>) -> Vec<(String, char, bool)> {
    let mut seen = BTreeSet::new();
    let actions = actions.into_iter();
    actions
        .filter(|(name, ..)| seen.insert(name.to_lowercase()))
        .collect()
}

impl World {
    fn review(&self) -> Review {
        let lines = self.actions.iter().map(|(name, level, _)| match level {
            '?' => format!(" ?? {name}\n"),
            level => format!(" {level}+ {name}\n"),
        });
        let lines: String = lines.collect();
        let catalogue = format!("t\n{lines}\nu\n{lines}");
        let catalogue = Catalogue::parse(&Source::from_text("catalogue", &catalogue));
        let catalogue = Arc::new(catalogue.expect("a catalogue"));
        let unused = self.actions.iter().filter(|(_, _, unused)| *unused);
        let unused: Vec<&String> = unused.map(|(name, ..)| name).collect();
        let findings = serde_json::json!([
            {"serviceNamespace": "t", "actions": unused},
            {"serviceNamespace": "u", "actions": unused}
        ]);
        let statements = self.statements.iter().map(|entries| match entries[..] {
            [only] if self.layout.0 => {
                serde_json::json!({"Effect": "Allow", "Action": only, "Resource": "*"})
            }
            _ => serde_json::json!({"Effect": "Allow", "Action": entries, "Resource": "*"}),
        });
        let policy = serde_json::json!({"Statement": statements.collect::<Vec<_>>()});
        let policy = if self.layout.1 {
            format!("{policy:#}")
        } else {
            policy.to_string()
        };
        let intake = Intake::new().options(IntakeOptions::of(catalogue));
        let intake = intake.text("policy.json", &policy);
        let review = intake.text("findings.json", &findings.to_string()).review();
        let mut review = review.expect("a policy and findings");
        for (at, done) in &self.done {
            let places: Vec<EntryPlace> = review.state().places().collect();
            if places.is_empty() {
                break;
            }
            let place = places[at % places.len()];
            match done {
                Done::Reject => {
                    review.decide(&[place], Decision::Rejected);
                }
                Done::Mark(kind, prefix) => {
                    let entry = review.state().entry(place).expect("it is there");
                    let (old, mut marks) = (entry.plan.old.clone(), entry.marks.clone());
                    let pattern = format!("t:{prefix}*").parse().expect("a pattern");
                    marks.push(mark(*kind, prefix_of(&pattern)));
                    // Equal ones that are marked differently would overlap.
                    let is_equal = |other: &EntryPlace| {
                        let entry = review.state().entry(*other);
                        other.statement == place.statement
                            && entry.is_some_and(|entry| entry.plan.old == old)
                    };
                    let equal: Vec<EntryPlace> = places.into_iter().filter(is_equal).collect();
                    for place in equal {
                        review.set_marks(place, marks.clone());
                    }
                }
            }
        }
        review
    }

    /// How many characters each choice comes to, with the least excess of those that come to as many;
    /// none where there are too many to try.
    fn all_choices(&self, review: &Review) -> Option<BTreeMap<usize, [usize; 4]>> {
        let candidates = candidates(review);
        let mut least: BTreeMap<usize, [usize; 4]> = BTreeMap::new();
        let mut chosen: Vec<usize> = Vec::new();
        let mut tried = 0;
        self.try_from(review, &candidates, 0, &mut chosen, &mut |size, excess| {
            let known = least.entry(size).or_insert(excess);
            *known = excess.min(*known);
            tried += 1;
            tried < 1_500
        })
        .then_some(least)
    }

    fn try_from(
        &self,
        review: &Review,
        candidates: &[(Vec<EntryPlace>, ActionPrefix)],
        from: usize,
        chosen: &mut Vec<usize>,
        found: &mut impl FnMut(usize, [usize; 4]) -> bool,
    ) -> bool {
        let all: Vec<_> = chosen.iter().map(|&at| &candidates[at]).collect();
        if let Some(excess) = self.excess(review, &all)
            && !found(size_with(review, &all), excess)
        {
            return false;
        }
        for next in from..candidates.len() {
            let (places, prefix) = &candidates[next];
            let is_apart = chosen.iter().all(|&at| {
                let (others, other) = &candidates[at];
                places != others
                    || !prefix.properly_extends(other) && !other.properly_extends(prefix)
            });
            if !is_apart {
                continue;
            }
            chosen.push(next);
            let goes_on = self.try_from(review, candidates, next + 1, chosen, found);
            chosen.pop();
            if !goes_on {
                return false;
            }
        }
        true
    }

    /// What of what is unused stays, by level; none where something stays that never may.
    fn excess(
        &self,
        review: &Review,
        chosen: &[&(Vec<EntryPlace>, ActionPrefix)],
    ) -> Option<[usize; 4]> {
        let mut staying: BTreeSet<(usize, String)> = BTreeSet::new();
        for (places, prefix) in chosen {
            let entry = review.state().entry(places[0])?;
            for (name, _, _) in self.actions.iter().filter(|(_, _, unused)| *unused) {
                for service in ["t", "u"] {
                    let action: Action = format!("{service}:{name}").parse().ok()?;
                    if prefix.starts(&action) && entry.plan.old.matches(&action) {
                        let fate = review.state().curation(review.input(), places[0]);
                        let goes = fate.fate(&action, true) == Fate::Goes;
                        if goes && !stands_beside(review, places[0].statement, &action) {
                            staying.insert((places[0].statement, action.to_string()));
                        }
                    }
                }
            }
        }
        let mut levels = [0; 4];
        for (_, action) in staying {
            let name = action.split_once(':')?.1;
            let (_, level, _) = self.actions.iter().find(|(known, ..)| known == name)?;
            levels["WTRL".find(*level)?] += 1;
        }
        Some(levels)
    }
}

fn mark(kind: MarkKind, prefix: ActionPrefix) -> Mark {
    Mark {
        kind,
        prefix,
        by: SetBy::Person,
        reason: None,
    }
}

/// Whether an entry of the statement grants `action` that stays as it was.
fn stands_beside(review: &Review, statement: usize, action: &Action) -> bool {
    let StatementReview::Entries(entries) = &review.state().statements(0)[statement] else {
        return false;
    };
    let mut beside = entries
        .iter()
        .filter(|entry| entry.decision == Decision::Rejected || !entry.plan.changes());
    beside.any(|entry| entry.plan.old.matches(action))
}

/// Every unsafe prefix of every wildcard that is narrowed, with the places that have the wildcard.
fn candidates(review: &Review) -> Vec<(Vec<EntryPlace>, ActionPrefix)> {
    let state = review.state();
    let mut by_pattern: BTreeMap<(usize, String), Vec<EntryPlace>> = BTreeMap::new();
    for place in state.places() {
        let Some(entry) = state.entry(place) else {
            continue;
        };
        let is_narrowed = matches!(entry.plan.outcome, EntryOutcome::Narrowed(_));
        if is_narrowed && entry.decision != Decision::Rejected {
            let marks = format!("{:?}", entry.marks);
            let key = (place.statement, entry.plan.old.to_string() + &marks);
            by_pattern.entry(key).or_default().push(place);
        }
    }
    let mut candidates = Vec::new();
    for places in by_pattern.into_values() {
        let entry = state.entry(places[0]).expect("it is there");
        let universe = review.input().universe_of(0);
        let curation = state.curation(review.input(), places[0]);
        let wildcard = EntryExpansion::new(&entry.plan.old, universe, curation);
        let trie = Trie::new(wildcard, entry.granularity, curation);
        let splits = |mark: &Mark, prefix: &ActionPrefix| {
            mark.kind == MarkKind::Split
                && (mark.prefix == *prefix || mark.prefix.properly_extends(prefix))
        };
        // What a person drops, and nothing keeps.
        let drops =
            |action: &Action| curation.rule_for(action).map(Rule::kind) == Some(MarkKind::Drop);
        let dropped: Vec<Action> = (trie.wildcard().actions())
            .filter(|(action, fate)| !fate.stays() && drops(action))
            .map(|(action, _)| action)
            .collect();
        let is_unsafe = |id: &_| {
            let prefix = trie.prefix(*id);
            trie.node(*id).safety == Safety::Unsafe
                && !entry.marks.iter().any(|mark| splits(mark, &prefix))
                && !dropped.iter().any(|action| prefix.starts(action))
        };
        let mut prefixes: Vec<ActionPrefix> = Vec::new();
        for id in trie.ids().filter(is_unsafe) {
            if !prefixes.contains(&trie.prefix(id)) {
                prefixes.push(trie.prefix(id));
            }
        }
        candidates.extend(prefixes.into_iter().map(|prefix| (places.clone(), prefix)));
    }
    candidates
}

fn size_with(review: &Review, chosen: &[&(Vec<EntryPlace>, ActionPrefix)]) -> usize {
    let mut with = review.clone();
    let mut marks: BTreeMap<EntryPlace, Vec<Mark>> = BTreeMap::new();
    for (places, prefix) in chosen {
        // What is written for the first of equal ones covers what the others become.
        for place in &places[..1] {
            let own = || {
                review
                    .state()
                    .entry(*place)
                    .map(|entry| entry.marks.clone())
            };
            let marks = marks
                .entry(*place)
                .or_insert_with(|| own().unwrap_or_default());
            marks.push(mark(MarkKind::Whole, prefix.clone()));
        }
    }
    for (place, marks) in marks {
        with.set_marks(place, marks);
    }
    with.size_if_all_accepted(0)
}

fn levels(excess: Excess) -> [usize; 4] {
    let counts: BTreeMap<Level, usize> = excess.by_level().collect();
    let order = [Level::Write, Level::Tagging, Level::Read, Level::List];
    order.map(|level| counts.get(&level).copied().unwrap_or_default())
}

fn worlds_to_try() -> u32 {
    let asked = std::env::var("FIT_WORLDS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(300)
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        max_global_rejects: 1_000_000,
        ..ProptestConfig::with_cases(worlds_to_try())
    })]

    #[test]
    fn no_choice_leaves_less_at_any_length(world in worlds()) {
        let review = world.review();
        let choices = world.all_choices(&review);
        prop_assume!(choices.is_some());
        let choices = choices.unwrap_or_default();
        let narrowest = review.size_if_all_accepted(0);
        let fitting = review.fitting(0, Proposals::NotRejected, narrowest + 10);
        prop_assert_eq!(fitting.narrowest(), narrowest);
        prop_assert_eq!(Some(&fitting.shortest()), choices.keys().next());
        let lengths: BTreeSet<usize> =
            choices.keys().flat_map(|size| [size.saturating_sub(1), *size, size + 1]).collect();
        for length in lengths {
            let best = choices.range(..=length).map(|(_, excess)| *excess).min();
            let fit = fitting.within(length);
            let found = fit.as_ref().map(|fit| levels(fit.excess));
            prop_assert_eq!(found, best, "in {} characters", length);
            let Some(fit) = fit else { continue };
            prop_assert!(fit.size <= length);
            prop_assert_eq!(fit.left_whole.is_empty(), length >= narrowest);
        }
    }

    #[test]
    fn what_fits_is_written_and_proved_and_grants_what_was_told(
        world in prop_oneof![worlds(), overlapping_worlds()],
        cut in 0.2..1.0,
    ) {
        let mut review = world.review();
        let narrowest = review.size_if_all_accepted(0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small and positive")]
        let length = (narrowest as f64 * cut) as usize;
        let Some(fit) = review.fitting(0, Proposals::NotRejected, length).within(length) else {
            return Ok(());
        };
        let before = review.clone();
        let mut plain = review.clone();
        plain.accept_all(Accept::Entries);
        let changed = review.leave_whole(&fit, &"to fit".into());
        prop_assert_eq!(changed, !fit.left_whole.is_empty());
        review.accept_all(Accept::Entries);
        prop_assert!(review.is_proved(), "{:?}", review.faults());
        prop_assert!(review.size(0).after <= length);
        prop_assert_eq!(review.size(0).after, fit.size);
        let stays: BTreeSet<(usize, Action)> = (fit.left_whole.iter())
            .flat_map(|whole| whole.stays.iter().map(|action| (whole.place.statement, action.clone())))
            .collect();
        let more = &unused_granted(&review) - &unused_granted(&plain);
        prop_assert_eq!(&more, &stays);
        prop_assert_eq!(fit.excess.total(), stays.len());
        // All that a person did stands: the marks of a fit are beside theirs.
        for place in before.state().all_places() {
            let (Some(old), Some(new)) = (before.state().entry(place), review.state().entry(place)) else {
                continue;
            };
            let (by_fit, own): (Vec<_>, Vec<_>) =
                new.marks.iter().cloned().partition(|mark| mark.by == SetBy::Fit);
            prop_assert_eq!(&own, &old.marks);
            prop_assert_eq!(old.decision == Decision::Rejected, new.decision == Decision::Rejected);
            prop_assert!(by_fit.is_empty() || new.decision != Decision::Rejected);
        }
        // A fit that needs nothing takes the marks of the last one away.
        let longest = review.fitting(0, Proposals::NotRejected, 0).narrowest();
        prop_assert_eq!(longest, narrowest);
        let nothing = review.fitting(0, Proposals::NotRejected, longest).within(longest);
        let nothing = nothing.expect("it is as short as that");
        prop_assert_eq!(review.leave_whole(&nothing, &"to fit".into()), changed);
        prop_assert_eq!(unused_granted(&review), unused_granted(&plain));
        let decisions = |review: &Review| -> Vec<_> {
            let places = review.state().places();
            places.map(|place| review.state().record(review.input(), place)).collect()
        };
        // Each of the three is one step.
        for _ in 0..3 {
            if decisions(&review) != decisions(&before) {
                review.undo();
            }
        }
        prop_assert_eq!(decisions(&review), decisions(&before));
    }
}

/// What is unused and granted, by statement.
fn unused_granted(review: &Review) -> BTreeSet<(usize, Action)> {
    let outcome = &review.outcomes()[0];
    let statements = outcome.places_left().zip(&outcome.policy.statements);
    let granted = statements.flat_map(|(place, statement)| {
        let unused = review.input().universe.unused.named();
        let unused = unused.filter(|action| statement.allows(action));
        unused.map(move |action| (place, action))
    });
    granted.collect()
}

/// `Puts*Serv*` also takes `PutServiceService`, so the name that is left of `Putserv*` is not written.
#[test]
fn what_one_new_entry_covers_of_another_costs_nothing() {
    let action = |name: &str, unused| (name.to_owned(), 'L', unused);
    let world = World {
        actions: vec![
            action("PutsService", false),
            action("GetService", true),
            action("PutServiceService", true),
        ],
        statements: vec![vec!["t:*Serv*"]],
        layout: (false, false),
        done: Vec::new(),
    };
    let review = world.review();
    let fitting = review.fitting(0, Proposals::NotRejected, 75);
    assert_eq!(fitting.narrowest(), 76);
    let fit = fitting.within(75).expect("it can be a character shorter");
    assert_eq!(levels(fit.excess), [0, 0, 0, 1]);
    assert_eq!(fit.left_whole[0].prefix.to_string(), "t:Puts");
}

/// `t:GetService*` is written once for both spellings, and stands for what is left of either.
#[test]
fn two_spellings_of_a_prefix_are_left_whole_together() {
    let action = |name: &str, level, unused| (name.to_owned(), level, unused);
    let world = World {
        actions: vec![
            action("GetPolicy", 'P', true),
            action("GetService", 'L', false),
            action("GetServiceA", 'L', true),
            action("GetserviceB", 'L', false),
            action("GetserviceName", 'L', true),
        ],
        statements: vec![vec!["t:*"]],
        layout: (false, false),
        done: Vec::new(),
    };
    let review = world.review();
    let fitting = review.fitting(0, Proposals::NotRejected, usize::MAX);
    let written = |actions: &str| {
        let policy = r#"{"Statement":[{"Action":,"Effect":"Allow","Resource":"*"}]}"#;
        policy.len() + actions.len()
    };
    let narrowest = written(r#"["t:GetService","t:GetserviceB"]"#);
    assert_eq!(fitting.narrowest(), narrowest);
    let length = written(r#"["t:GetService*"]"#);
    assert_eq!(fitting.shortest(), length);
    let fit = fitting.within(length).expect("it can be as short");
    assert_eq!(levels(fit.excess), [0, 0, 0, 2]);
}

/// Nobody gains by narrowing `t:Get*` for `GetName`, which the rejected `t:*Name` grants all the same.
#[test]
fn what_stands_beside_grants_anyway_and_is_no_excess() {
    let action = |name: &str, level, unused| (name.to_owned(), level, unused);
    let world = World {
        actions: vec![
            action("GetName", 'W', true),
            action("GetServiceA", 'R', false),
            action("GetServices", 'R', false),
            action("ListA", 'L', true),
            action("ListB", 'L', false),
            action("Lists", 'L', false),
        ],
        statements: vec![vec!["t:*", "t:*Name"]],
        layout: (false, false),
        done: vec![(1, Done::Reject)],
    };
    let mut review = world.review();
    let fitting = review.fitting(0, Proposals::NotRejected, usize::MAX);
    let length = fitting.narrowest() - 1;
    let fit = fitting.within(length).expect("it can be shorter");
    assert_eq!(levels(fit.excess), [0; 4]);
    assert_eq!(fit.left_whole[0].prefix.to_string(), "t:Get");
    review.leave_whole(&fit, &"to fit".into());
    review.accept_all(Accept::Entries);
    assert!(review.is_proved());
}

/// A policy with these statements, of which `GetAlphaBeta` is unused, and `PutPolicy`.
fn alphas(statements: Vec<Vec<&'static str>>, done: Vec<(usize, Done)>) -> World {
    let action = |name: &str, level, unused| (name.to_owned(), level, unused);
    World {
        actions: vec![
            action("GetAlpha", 'R', false),
            action("GetAlphaBeta", 'R', true),
            action("GetAlphaGamma", 'R', false),
            action("GetAlphaDelta", 'R', false),
            action("GetBeta", 'R', false),
            action("PutPolicy", 'P', true),
        ],
        statements,
        layout: (false, false),
        done,
    }
}

#[test]
fn an_earlier_fit_is_looked_at_anew() {
    let mut review = alphas(vec![vec!["t:*"]], Vec::new()).review();
    review.accept_all(Accept::Entries);
    let plain = review.size(0).after;
    review.keep_to_fit(Some(plain - 1));
    assert!(review.size(0).after < plain);
    assert_eq!(review.now().left_whole, 1);
    review.keep_to_fit(Some(plain));
    assert_eq!(review.size(0).after, plain);
    assert_eq!(review.now().left_whole, 0);
}

#[test]
fn what_a_person_drops_does_not_come_back() {
    let done = [
        (MarkKind::Drop, "Get"),
        (MarkKind::Keep, "GetAlphaB"),
        (MarkKind::Keep, "GetAlphaD"),
    ];
    let done = done.map(|(kind, prefix)| (0, Done::Mark(kind, prefix)));
    let review = alphas(vec![vec!["t:*"]], done.into()).review();
    let fitting = review.fitting(0, Proposals::NotRejected, usize::MAX);
    for length in fitting.shortest()..fitting.narrowest() {
        let Some(fit) = fitting.within(length) else {
            continue;
        };
        let mut fitted = review.clone();
        fitted.leave_whole(&fit, &"to fit".into());
        fitted.accept_all(Accept::Entries);
        let after = &fitted.outcomes()[0].policy;
        for dropped in ["t:GetAlpha", "t:GetAlphaGamma", "t:GetBeta"] {
            let dropped = dropped.parse().expect("an action");
            assert!(!after.allows(&dropped), "{dropped} in {length} characters");
        }
    }
}

#[test]
fn what_is_left_whole_is_told_whatever_else_grants_it() {
    let statements = vec![vec!["t:*"], vec!["t:Get*"]];
    for done in [vec![(1, Done::Reject)], Vec::new()] {
        let mut review = alphas(statements.clone(), done).review();
        let first: Vec<EntryPlace> = review.undecided().into_iter().take(1).collect();
        review.decide(&first, Decision::Accepted);
        review.keep_to_fit(Some(review.size(0).after - 1));
        let left_whole: Vec<String> = (review.now().left_whole_actions.iter())
            .map(ToString::to_string)
            .collect();
        assert_eq!(left_whole, ["t:GetAlphaBeta"]);
        let left_whole: Vec<_> = review.proof().left_whole.iter().collect();
        assert_eq!(left_whole, [(Some(Level::Read), 1)]);
        let exceptions = review.exceptions(0);
        let because = exceptions.iter().map(|exception| &exception.because);
        let is_whole = |because: &ExceptedBecause| matches!(because, ExceptedBecause::Marked(mark) if mark.kind == MarkKind::Whole);
        assert_eq!(because.filter(|because| is_whole(because)).count(), 1);
    }
}

#[test]
fn a_mark_that_leaves_nothing_whole_is_not_set_and_not_replayed() {
    let whole = |prefix: &str| {
        let pattern = format!("t:{prefix}*").parse().expect("a pattern");
        mark(MarkKind::Whole, prefix_of(&pattern))
    };
    let mut review = alphas(vec![vec!["t:*"]], Vec::new()).review();
    let place = review.undecided()[0];
    // No name is cut there; and what is dropped beneath goes.
    assert!(!review.set_marks(place, vec![whole("GetAl")]));
    let beneath = mark(
        MarkKind::Drop,
        prefix_of(&"t:GetBeta*".parse().expect("one")),
    );
    assert!(review.set_marks(place, vec![whole("Get"), beneath.clone()]));
    let entry = review.state().entry(place).expect("it is there");
    assert_eq!(entry.marks, [beneath]);

    let mut review = alphas(vec![vec!["t:*"]], Vec::new()).review();
    assert!(review.set_marks(place, vec![whole("GetAlpha")]));
    let mut record = review.state().record(review.input(), place);
    let mut again = alphas(vec![vec!["t:*"]], Vec::new()).review();
    assert!(again.replay(std::slice::from_ref(&record)).is_empty());
    record.marks[0].prefix = "t:GetAl".to_owned();
    let mut again = alphas(vec![vec!["t:*"]], Vec::new()).review();
    assert_eq!(again.replay(std::slice::from_ref(&record)).len(), 1);
    assert!(
        again
            .state()
            .entry(place)
            .expect("it is there")
            .marks
            .is_empty()
    );
}
