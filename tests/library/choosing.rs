//! Practice on what is no matter of prefixes: each row belongs where plain facts put it.

use iam_refine::catalogue::Catalogue;
use iam_refine::findings::UnusedActions;
use iam_refine::iam::{Action, ActionPattern, Glob, Name, starts_with_ignoring_case};
use iam_refine::intake::{Intake, IntakeOptions};
use iam_refine::lessons::{
    CaseAnswer, CaseQuestion, Cases, ChoiceRule, Choosing, ChoosingRow, Lesson, LessonFiles,
    Replies, Reply, Score, Sets, Subject, built_in_lessons,
};
use iam_refine::refine::{Curation, Granularity, Universe, estimate, plan_entry};
use iam_refine::review::Accept;
use iam_refine::text::Source;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::Arc;

fn dealt(subject: Subject, seed: u64) -> Choosing {
    let sets = Sets::of(Catalogue::built_in(), &[subject]);
    let set = sets.deal(seed).expect("there are such names");
    set.exercise.choosing().expect("rows").clone()
}

/// The words of the line that begins with `start`, behind it.
fn line<'c>(choosing: &'c Choosing, start: &str) -> &'c str {
    let mut lines = choosing.known.iter();
    let found = lines.find_map(|line| line.strip_prefix(start));
    found.unwrap_or_else(|| panic!("{start} in {:?}", choosing.known))
}

fn patterns(text: &str) -> Vec<ActionPattern> {
    text.trim()
        .split(", ")
        .map(|entry| entry.parse().unwrap())
        .collect()
}

fn matches(patterns: &[ActionPattern], action: &Action) -> bool {
    patterns.iter().any(|pattern| pattern.matches(action))
}

fn choice<'c>(choosing: &'c Choosing, row: &ChoosingRow) -> &'c str {
    &choosing.choices[row.right]
}

/// Whether the sentence names what it says decides it.
fn check_because(row: &ChoosingRow) {
    if let Some(because) = &row.because {
        assert!(row.why.contains(&because.to_string()), "{row:?}");
        assert!(Catalogue::built_in().contains(because), "{row:?}");
    }
}

fn check_granting(seed: u64) {
    let choosing = dealt(Subject::Granting, seed);
    let first = patterns(line(&choosing, "#1 Allow on *, Action: "));
    let but = patterns(line(&choosing, "#2 Allow on *, NotAction: "));
    let denied = patterns(line(&choosing, "#3 Deny on *, Action: "));
    for row in &choosing.rows {
        let action: Action = row.what.parse().unwrap();
        let expected = match (
            matches(&denied, &action),
            matches(&first, &action),
            matches(&but, &action),
        ) {
            (true, ..) => "denied",
            (_, true, false) => "#1 and #2",
            (_, true, true) => "#1",
            (_, false, false) => "#2",
            (_, false, true) => "nothing",
        };
        assert_eq!(choice(&choosing, row), expected, "{seed} {row:?}");
        check_because(row);
    }
    // What #1 became is the engine's, by the names that are told.
    let unused: Vec<&str> = line(&choosing, "unused: ").split(", ").collect();
    for row in &choosing.rows {
        let action: Action = row.what.parse().unwrap();
        let is_unused = unused.contains(&action.name.as_str());
        assert_eq!(matches(&first, &action), !is_unused, "{seed} {row:?}");
    }
}

fn check_evidence(seed: u64) {
    let choosing = dealt(Subject::Evidence, seed);
    let (wildcard, _) = line(&choosing, "policy 1: ").split_once(',').unwrap();
    let (other, _) = line(&choosing, "policy 2 of the same role: ")
        .split_once(',')
        .unwrap();
    let (date, named) = line(&choosing, "finding of ").split_once(": ").unwrap();
    let found: Date = date.parse().unwrap();
    let named = named
        .strip_suffix(" unused")
        .unwrap()
        .replace(" and ", ", ");
    let named: Vec<&str> = named.split(", ").collect();
    let wildcard: ActionPattern = wildcard.parse().unwrap();
    let mut unused = UnusedActions::default();
    for name in &named {
        let service = wildcard.service().unwrap();
        unused.add(format!("{service}:{name}").parse().unwrap(), None);
    }
    let catalogue = Catalogue::built_in();
    let universe = Universe::new(Arc::clone(&catalogue), Arc::new(unused), []);
    let plan = plan_entry(&wildcard, &universe, Curation::NONE, Granularity::Word);
    let mut granted: Vec<ActionPattern> = plan
        .replacements()
        .unwrap()
        .iter()
        .map(|new| new.entry.clone())
        .collect();
    granted.push(other.parse().unwrap());
    for row in &choosing.rows {
        let action: Action = row.what.parse().unwrap();
        let known = catalogue.action(&action).unwrap();
        let expected = match named.contains(&action.name.as_str()) {
            true if matches(&granted, &action) => "elsewhere",
            true => "gone",
            false if known.first_seen.unwrap() > found => "newer",
            false if known.tracked == Some(true) => "used",
            false => "untracked",
        };
        assert_eq!(choice(&choosing, row), expected, "{seed} {row:?}");
        check_because(row);
    }
}

fn check_cuts(seed: u64) {
    let choosing = dealt(Subject::Cuts, seed);
    let prices: Vec<(usize, usize)> = choosing.known[1..4]
        .iter()
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (words[2].parse().unwrap(), words[3].parse().unwrap())
        })
        .collect();
    let number = |text: &str| -> usize {
        let digits = text.split_whitespace().find_map(|word| word.parse().ok());
        digits.unwrap_or_else(|| panic!("{text}"))
    };
    for row in &choosing.rows {
        let (characters, unasked) = prices[row.right];
        let what = row.what.as_str();
        for (other, (their_characters, their_unasked)) in prices.iter().enumerate() {
            let is_other = other != row.right;
            let beats = if what.starts_with("as few characters") {
                *their_characters <= characters
            } else if what.starts_with("nothing that AWS adds") {
                *their_unasked <= unasked
            } else if what.contains("the fewest let in") {
                *their_characters <= number(what) && *their_unasked <= unasked
            } else {
                *their_unasked <= number(what) && *their_characters <= characters
            };
            assert!(!(is_other && beats), "{seed} {row:?} {prices:?}");
        }
        if what.contains("the fewest let in") {
            assert!(characters <= number(what), "{row:?}");
        }
        if what.starts_with("at most") && what.contains("let in, ") {
            assert!(unasked <= number(what), "{row:?}");
        }
    }
}

/// Each length that is told, and how much that is unused stays at it: as one counts it by the letters of what
/// is left whole.
fn told_lengths(choosing: &Choosing) -> Vec<(usize, usize)> {
    let lines = choosing.known[1..]
        .iter()
        .filter(|line| line.contains("   "));
    let unused: Vec<Name> = line(choosing, "unused: ")
        .split(", ")
        .map(Name::from)
        .collect();
    let numbers = lines.map(|line| {
        let (size, whole) = line.trim().split_once("   ").unwrap();
        let prefixes = whole.split(", ").filter_map(|whole| whole.split_once(':'));
        let prefixes: Vec<&str> = prefixes.map(|(_, prefix)| prefix).collect();
        let stays = unused
            .iter()
            .filter(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)));
        (size.parse().unwrap(), stays.count())
    });
    numbers.collect()
}

/// The number that a limit names.
fn limit(what: &str) -> usize {
    let mut words = what.split_whitespace();
    words.find_map(|word| word.parse().ok()).unwrap()
}

fn check_lengths(seed: u64) {
    let choosing = dealt(Subject::Lengths, seed);
    let lengths = told_lengths(&choosing);
    assert_eq!(lengths.len(), choosing.choices.len(), "{seed} {choosing:?}");
    let words = |(size, _): &(usize, usize)| size.to_string();
    assert!(
        lengths
            .iter()
            .map(words)
            .eq(choosing.choices.iter().cloned()),
        "{choosing:?}"
    );
    for row in &choosing.rows {
        let most = limit(&row.what);
        let mut places = 0..lengths.len();
        let expected = if row.what.ends_with("characters") {
            let fitting = places.filter(|&at| lengths[at].0 <= most);
            fitting.min_by_key(|&at| lengths[at].1)
        } else {
            assert!(row.what.contains("unused stay"), "{row:?}");
            places
                .by_ref()
                .filter(|&at| lengths[at].1 <= most)
                .min_by_key(|&at| lengths[at].0)
        };
        assert_eq!(Some(row.right), expected, "{seed} {row:?} {lengths:?}");
        for (at, against) in row.against.iter().enumerate() {
            assert_eq!(against.is_empty(), at == row.right, "{seed} {row:?}");
        }
    }
}

/// The lengths that are told are those that the engine comes to, when it is asked for one of them.
fn check_told_lengths(seed: u64) {
    let choosing = dealt(Subject::Lengths, seed);
    let wildcard = choosing
        .asked
        .split_whitespace()
        .find(|word| word.ends_with(":*"))
        .unwrap();
    let service = wildcard.strip_suffix(":*").unwrap();
    let unused: Vec<&str> = line(&choosing, "unused: ").split(", ").collect();
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": wildcard, "Resource": "*"}],
    });
    let findings = serde_json::json!([{"serviceNamespace": service, "actions": unused}]);
    let intake = Intake::new()
        .options(IntakeOptions::of(Catalogue::built_in()))
        .text("policy.json", &policy.to_string())
        .text("findings.json", &findings.to_string());
    let review = intake.review().unwrap();
    for (size, stays) in told_lengths(&choosing) {
        let mut fitted = review.clone();
        fitted.accept_all(Accept::Entries);
        fitted.keep_to_fit(Some(size));
        let outcome = &fitted.policies().next().unwrap().outcome;
        let left = unused.iter().filter(|name| {
            let action = format!("{service}:{name}").parse().unwrap();
            outcome
                .policy
                .statements
                .iter()
                .any(|statement| statement.actions.matches(&action))
        });
        assert_eq!(left.count(), stays, "{seed} {size}");
    }
}

#[test]
fn what_grants_an_action_is_what_the_statements_say() {
    (0..300).for_each(check_granting);
}

#[test]
fn why_an_action_stays_is_what_the_catalogue_and_the_finding_say() {
    (0..300).for_each(check_evidence);
}

#[test]
fn the_cut_for_a_purpose_is_the_one_whose_numbers_serve_it() {
    (0..60).for_each(check_cuts);
}

#[test]
fn the_length_for_a_limit_is_the_one_whose_numbers_keep_to_it() {
    (0..300).for_each(check_lengths);
}

#[test]
fn the_lengths_that_are_told_are_those_of_the_engine() {
    (0..20).for_each(check_told_lengths);
}

/// What to choose by the words of a row alone, without a look at any number.
fn by_words(row: &ChoosingRow) -> usize {
    match row.what.as_str() {
        what if what.starts_with("as few characters") => 1,
        what if what.starts_with("nothing that AWS adds") => 2,
        _ => 0,
    }
}

#[test]
fn the_words_of_a_purpose_alone_do_not_tell_its_cut() {
    for level in 0..3 {
        let (mut right, mut all) = (0, 0);
        for seed in (level..180).step_by(3) {
            let choosing = dealt(Subject::Cuts, seed);
            right += choosing
                .rows
                .iter()
                .filter(|row| by_words(row) == row.right)
                .count();
            all += choosing.rows.len();
        }
        assert!(right * 3 < all * 2, "{level}: {right} of {all}");
    }
}

/// The numbers that a cut is told with are those of the engine, for what it is said to be refined by.
#[test]
fn the_numbers_of_the_cuts_are_those_of_the_engine() {
    for seed in 0..30 {
        let choosing = dealt(Subject::Cuts, seed);
        let (wildcard, _) = choosing.asked.split_once(' ').unwrap();
        let wildcard: ActionPattern = wildcard.parse().unwrap();
        let mut unused = UnusedActions::default();
        for name in line(&choosing, "unused: ").split(", ") {
            let service = wildcard.service().unwrap();
            unused.add(format!("{service}:{name}").parse().unwrap(), None);
        }
        let universe = Universe::new(Catalogue::built_in(), Arc::new(unused), []);
        let estimated = estimate(&wildcard, &universe, Curation::NONE);
        let rows = choosing.known[1..].iter().zip(&estimated.choices);
        for (line, (cut, estimate)) in rows {
            let words: Vec<&str> = line.split_whitespace().collect();
            let unasked = estimate.unasked[0].granted.len();
            let expected = [
                cut.as_str().to_owned(),
                estimate.entries.to_string(),
                estimate.characters.to_string(),
                unasked.to_string(),
            ];
            assert_eq!(words, expected, "{seed} {wildcard}");
        }
    }
}

#[test]
#[ignore = "takes minutes: ten thousand sets of each subject"]
fn so_it_is_in_ten_thousand() {
    (0..10_000).for_each(|seed| {
        check_granting(seed);
        check_evidence(seed);
        check_cuts(seed);
        check_lengths(seed);
    });
}

/// How many rows of these sets somebody has right who answers so by the number of the set and the row, how many chance has,
/// and of how many.
fn scored(sets: &[Choosing], answer: impl Fn(usize, usize) -> usize) -> (f64, f64, f64) {
    let (mut right, mut chance, mut all) = (0.0, 0.0, 0.0);
    for (at, choosing) in sets.iter().enumerate() {
        let count = choosing.choices.len();
        let chosen: Vec<Option<usize>> = (0..choosing.rows.len())
            .map(|row| Some(answer(at, row) % count))
            .collect();
        for judged in choosing.judge(&chosen) {
            right += f64::from(u8::from(judged == Some(true)));
            chance += 1.0 / f64::from(u8::try_from(count).unwrap());
            all += 1.0;
        }
    }
    (right, chance, all)
}

/// What becomes of a name beside a wildcard is what the whole program makes of the two entries.
#[test]
fn what_becomes_of_a_name_beside_a_wildcard_is_what_the_engine_writes() {
    let mut never = dealt(Subject::Beside, 0).choices;
    for seed in 0..40 {
        let choosing = dealt(Subject::Beside, seed);
        let names = |line: usize| -> Vec<String> {
            let (_, names) = choosing.known[line].split_once(": ").unwrap();
            names.split(", ").map(str::to_owned).collect()
        };
        let (all, unused) = (names(0), names(1));
        let (_, pattern) = choosing.asked.split_once("two entries: ").unwrap();
        let pattern = pattern.split(' ').next().unwrap();
        let service = pattern.split_once(':').unwrap().0;
        let catalogue: Vec<String> = all.iter().map(|name| format!("{service}:{name}")).collect();
        let catalogue = Source::from_text("catalogue", &catalogue.join("\n"));
        let catalogue = Arc::new(Catalogue::parse(&catalogue).unwrap());
        for row in &choosing.rows {
            let name = row.what.split(' ').next().unwrap();
            let policy = serde_json::json!({"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": [pattern, format!("{service}:{name}")], "Resource": "*"}]});
            let findings = serde_json::json!([{"serviceNamespace": service, "actions": unused}]);
            let intake = Intake::new()
                .options(IntakeOptions::of(catalogue.clone()))
                .text("policy.json", &policy.to_string())
                .text("findings.json", &findings.to_string());
            let mut review = intake.review().unwrap();
            review.accept_all(Accept::Entries);
            let written = review.files().next().unwrap().text().unwrap().into_owned();
            let written: serde_json::Value = serde_json::from_str(&written).unwrap();
            let entries = written["Statement"][0]["Action"].as_array().unwrap();
            let own = format!("{service}:{name}");
            let is_there = entries.iter().filter(|entry| **entry == own).count();
            let granting = entries.iter().any(|entry| {
                let prefix = entry.as_str().unwrap().strip_suffix('*');
                prefix.is_some_and(|prefix| starts_with_ignoring_case(&own, prefix))
            });
            // It is never written a second time.
            assert!(is_there < 2, "{seed} {row:?} {entries:?}");
            let expected = match (is_there, granting) {
                (0, _) => 0,
                (_, true) => 1,
                (_, false) => 2,
            };
            assert_eq!(row.right, expected, "{seed} {row:?} {entries:?}");
            never.retain(|choice| *choice != choosing.choices[row.right]);
        }
    }
    assert!(never.is_empty(), "never right: {never:?}");
}

#[test]
fn who_answers_at_random_scores_as_chance_would() {
    // A simple generator of its own: what is dealt must not follow from what is answered.
    let random = |set: usize, row: usize| {
        let [set, row] = [set, row].map(|number| u64::try_from(number).unwrap());
        let mixed = (set * 1_000_003 + row * 7_919 + 17).wrapping_mul(6_364_136_223_846_793_005);
        usize::try_from(mixed >> 40).unwrap()
    };
    for subject in [
        Subject::Beside,
        Subject::Evidence,
        Subject::Granting,
        Subject::Cuts,
        Subject::Lengths,
    ] {
        let sets: Vec<Choosing> = (0..150).map(|seed| dealt(subject, seed)).collect();
        let (right, chance, all) = scored(&sets, random);
        // No further from it than four standard deviations.
        assert!(
            (right - chance).powi(2) < 16.0 * chance,
            "{subject:?}: {right} of {all}, and not {chance}"
        );
        // Nor does it help to answer the same always: no answer is right in half of the rows.
        for same in 0..5 {
            let (right, _, all) = scored(&sets, |_, _| same);
            assert!(right * 2.0 < all, "{subject:?} {same}: {right} of {all}");
        }
    }
}

/// What is left of a wildcard is what it grants behind the prefix, and no other choice is that.
#[test]
fn what_is_left_of_a_wildcard_grants_what_it_granted_behind_the_prefix() {
    let lesson = built_in_lessons().unwrap().swap_remove(3);
    let ends = [
        "",
        "s",
        "g",
        "ging",
        "Tag",
        "Tags",
        "Tagging",
        "Other",
        "OtherTag",
        "OtherTags",
        "OtherTagging",
        "TaggingOther",
        "TagOther",
    ];
    let questions = lesson
        .cases()
        .iter()
        .filter_map(|case| case.question.as_ref());
    let mut asked = 0;
    for question in questions {
        let (prefix, wildcard) = question.row.what.split_once(" of ").unwrap();
        let wildcard = Glob::parse(wildcard).unwrap();
        let names = ends.map(|end| format!("{prefix}{end}"));
        for (at, choice) in question.choices.iter().enumerate() {
            let entries: Vec<Glob> = choice
                .split(" and ")
                .map(|entry| Glob::parse(entry).unwrap())
                .collect();
            let grants = |name: &str| entries.iter().any(|entry| entry.matches(name));
            let is_right = names
                .iter()
                .all(|name| grants(name) == wildcard.matches(name));
            assert_eq!(is_right, at == question.row.right, "{choice} {question:?}");
        }
        asked += 1;
    }
    assert_eq!(asked, 5);
}

/// A lesson with one case.
fn lesson_with(case: &str) -> Result<Lesson, iam_refine::text::Error> {
    lesson_on(case, POLICY)
}

pub const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "ec2:De*Image*", "Resource": "*"},
    {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"},
    {"Effect": "Deny", "Action": "ec2:DeregisterImage", "Resource": "*"}]}"#;

pub fn lesson_on(case: &str, policy: &str) -> Result<Lesson, iam_refine::text::Error> {
    let text = format!(
        "title = \"t\"\nwrong = \"w\"\nwatch = \"w\"\nwildcard = \"ec2:De*Image*\"\ntask = \"t\"\nhint = \"h\"\n\
         sentence = \"s\"\nwalk = false\n[[case]]\n{case}\n[done]\ngone = [\"ec2:DeregisterImage\"]\n"
    );
    let found = r#"[{"serviceNamespace": "ec2", "actions": ["DeregisterImage"]}]"#;
    Lesson::read(&LessonFiles {
        lesson: Source::from_text("lesson.toml", &text),
        others: vec![
            Source::from_text("policy.json", policy),
            Source::from_text("findings.json", found),
        ],
    })
}

fn case_of(case: &str) -> CaseQuestion {
    let lesson = lesson_with(case).unwrap_or_else(|error| panic!("{error}"));
    lesson.cases()[0].question.clone().expect("a question")
}

/// Two questions that are alike keep two answers, and one that is alone keeps the key it always had.
#[test]
fn each_question_of_a_lesson_keeps_its_own_answer() {
    let one = "does = \"ec2:De*\"\ngrant = \"ec2:DeleteTags\"";
    let lesson = lesson_with(&format!("{one}\n[[case]]\n{one}")).expect("a lesson");
    let mut cases = Cases::with(lesson.cases(), &Replies::default());
    cases.answer(1, &CaseAnswer::Choice(0));
    let again = Cases::with(lesson.cases(), &cases.replies());
    assert_eq!(
        (again.reply_at(0), again.reply_at(1)),
        (None, Some(&Reply::AtOnce))
    );
    let score = Score::of(&lesson, &again.replies());
    assert_eq!((score.right, score.answered, score.all), (1, 1, 2));
    let lesson = built_in_lessons().expect("lessons").swap_remove(5);
    let key = "what is bought, for what? bought: what stays for it".to_owned();
    let saved: Replies = [(key, Reply::Later)].into_iter().collect();
    assert_eq!(Score::of(&lesson, &saved).later, 1);
}

/// What a `NotAction` grants is granted elsewhere, and where a Deny has a say the question is refused.
#[test]
fn what_a_not_action_grants_is_not_gone() {
    let question = case_of("why = \"ec2:DeleteFpgaImage\"");
    assert_eq!(question.right(), "used");
    let policy = POLICY.replace("ec2:DeregisterImage", "s3:GetObject");
    let with = |case: &str, policy: &str| {
        let lesson = lesson_on(case, policy).unwrap_or_else(|error| panic!("{error}"));
        lesson.cases()[0].clone()
    };
    let case = with("why = \"ec2:DeregisterImage\"", &policy);
    let question = case.question.as_ref().expect("a question");
    assert_eq!(question.right(), "elsewhere");
    assert_eq!(
        question.row.why,
        "The finding names ec2:DeregisterImage, but a NotAction that does not name it grants it as well."
    );
    let known = case.all_known();
    let told = "policy.json allows all but   iam:*";
    assert!(known.iter().any(|line| line == told), "{known:?}");
    // Named in the NotAction, nothing grants it any more.
    let named = policy.replace("iam:*", "ec2:Dereg*");
    let gone = with("why = \"ec2:DeregisterImage\"", &named);
    assert_eq!(gone.question.expect("a question").right(), "gone");
    let denied = lesson_with("why = \"ec2:DeregisterImage\"").expect_err("refused");
    let told = "a Deny is about ec2:DeregisterImage";
    assert!(denied.to_string().contains(told), "{denied}");
}

/// The `NotAction` is told by the number of its own statement.
#[test]
fn the_statement_that_is_appended_to_has_its_own_number() {
    let first = r#"{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}"#;
    let last = r#"{"Effect": "Deny", "Action": "ec2:DeregisterImage", "Resource": "*"}"#;
    let policy = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{first}, {last},
        {{"Effect": "Allow", "Action": "ec2:De*Image*", "Resource": "*"}}]}}"#
    );
    let lesson = lesson_on("append_for = \"ec2:DeregisterImage\"", &policy).expect("a lesson");
    let case = &lesson.cases()[0];
    assert!(case.known[0].starts_with("#1 Allow"), "{:?}", case.known);
    let question = case.question.as_ref().expect("a question");
    assert!(question.asked.contains("of #1 for"), "{}", question.asked);
}

/// What changes is what the role may do, and why it stays the same is what holds.
#[test]
fn a_change_is_judged_by_what_the_role_may_do() {
    let answer = |case: &str| {
        let lesson = lesson_with(case).unwrap_or_else(|error| panic!("{error}"));
        let question = lesson.cases()[0].question.clone().unwrap();
        (question.right().to_owned(), question.row.why)
    };
    // A Deny takes nothing away that nobody allows, and another one does not either.
    let (right, why) = answer("add = \"iam:CreateUser\"\nstatement = 3");
    assert_eq!(
        (right.as_str(), why.contains("No statement allows")),
        ("the same", true),
        "{why}"
    );
    let (right, why) = answer("add = \"iam:Create*\"\nstatement = 2");
    assert_eq!(
        (right.as_str(), why.as_str()),
        (
            "the same",
            "#2 has iam:* as well, which covers iam:Create*."
        )
    );
    let (right, why) = answer("add = \"ec2:DeregisterImage\"\nstatement = 1");
    assert_eq!(
        (right.as_str(), why.as_str()),
        ("the same", "#2 grants ec2:DeregisterImage as well.")
    );
    for (case, expected) in [
        ("add = \"s3:*\"\nstatement = 2", "less"),
        ("remove = \"iam:*\"\nstatement = 2", "more"),
        ("add = \"s3:GetObject\"\nstatement = 3", "less"),
        ("remove = \"ec2:DeregisterImage\"\nstatement = 3", "more"),
    ] {
        assert_eq!(answer(case).0, expected, "{case}");
    }
}

#[test]
fn rows_without_an_answer_are_not_right() {
    let choosing = dealt(Subject::Evidence, 0);
    let none = vec![None; choosing.rows.len()];
    assert!(choosing.judge(&none).iter().all(Option::is_none));
}

/// Which entry a cut writes, and which cuts grant what AWS adds, is what the engine says; and no other entry
/// that can be chosen is one that the cut writes.
#[test]
fn what_a_cut_writes_and_grants_tomorrow_is_what_the_engine_says() {
    let lesson = built_in_lessons().unwrap().swap_remove(5);
    let wildcard = lesson.wildcard();
    let universe = lesson.input().universe_of(lesson.place().policy);
    let entries = |cut: Granularity| -> Vec<ActionPattern> {
        let plan = plan_entry(&wildcard, universe, Curation::NONE, cut);
        let new = plan.replacements().unwrap().iter();
        new.map(|new| new.entry.clone()).collect()
    };
    let questions = lesson
        .cases()
        .iter()
        .filter_map(|case| case.question.as_ref());
    let (mut written, mut added) = (0, 0);
    for question in questions {
        let (name, behind) = question.row.what.split_once(", ").unwrap_or_default();
        let action = || -> Action {
            format!("{}:{name}", wildcard.service().unwrap())
                .parse()
                .unwrap()
        };
        match question.rule.title {
            "which entry?" => {
                let cut = Granularity::ALL
                    .into_iter()
                    .find(|cut| cut.as_str() == behind);
                let names: Vec<String> = entries(cut.unwrap())
                    .iter()
                    .map(|entry| entry.name().to_string())
                    .collect();
                for (at, choice) in question.choices.iter().enumerate() {
                    let is_right = at == question.row.right;
                    assert_eq!(names.contains(choice), is_right, "{choice} {question:?}");
                    let glob = Glob::parse(choice).unwrap();
                    assert!(glob.matches(name), "{choice} {question:?}");
                }
                written += 1;
            }
            "who grants it then?" => {
                assert!(!universe.catalogue.contains(&action()), "{question:?}");
                let grants = |cut| matches(&entries(cut), &action());
                let expected = match (grants(Granularity::Word), grants(Granularity::Character)) {
                    (false, false) => "neither",
                    (true, false) => "word",
                    (false, true) => "character",
                    (true, true) => "both",
                };
                assert_eq!(question.right(), expected, "{question:?}");
                added += 1;
            }
            _ => {}
        }
    }
    assert!(written >= 3 && added >= 3);
}

/// Where names are cut: before each capital letter, and at their end.
fn is_cut_at(name: &str, end: usize) -> bool {
    name[end..].chars().next().is_none_or(char::is_uppercase)
}

/// What the rule says of a prefix, by plain tests on strings.
fn said_by_letters(prefix: &str, names: &[&str], unused: &[&str]) -> &'static str {
    let starts = |name: &&&str| starts_with_ignoring_case(name, prefix);
    let beneath = names
        .iter()
        .filter(starts)
        .filter(|name| is_cut_at(name, prefix.len()));
    let (going, staying): (Vec<&str>, Vec<&str>) = beneath.partition(|name| unused.contains(name));
    match unused.iter().find(starts) {
        None if staying.len() == 1 => "safe: its name",
        None => "safe: prefix*",
        Some(_) if staying.contains(&prefix) => "unsafe: itself, and any children",
        Some(_) if staying.is_empty() && !going.is_empty() => "unsafe: nothing",
        Some(_) => "unsafe: children",
    }
}

/// A name alone beneath its prefix gets no star for one of two reasons; which one, the letters tell.
#[test]
fn what_the_rule_says_of_a_prefix_is_what_its_letters_say() {
    let names = [
        "GetTrigger",
        "GetTriggers",
        "GetWorkflow",
        "GetWorkflowRun",
        "GetWorkflowRuns",
    ];
    let prefixes = ["GetTrigger", "GetTriggers", "GetWorkflow", "GetWorkflowRun"];
    let quoted = |names: &[&str]| -> String {
        let names = names.iter().map(|name| format!("\"glue:{name}\""));
        names.collect::<Vec<_>>().join(", ")
    };
    let mut said = Vec::new();
    // Every choice of what is unused.
    for chosen in 1..(1 << names.len()) - 1_usize {
        let unused = names.iter().enumerate();
        let unused = unused.filter(|(at, _)| chosen & (1 << at) != 0);
        let unused: Vec<&str> = unused.map(|(_, name)| *name).collect();
        for prefix in prefixes {
            let case = format!(
                "says_of = \"{prefix}\"\nof = \"glue:Get*\"\nnames = [{}]\nunused = [{}]",
                quoted(&names),
                quoted(&unused)
            );
            // A walk does not come to what lies beneath a safe prefix.
            let Ok(lesson) = lesson_with(&case) else {
                continue;
            };
            let question = lesson.cases()[0].question.clone().unwrap();
            let expected = said_by_letters(prefix, &names, &unused);
            assert_eq!(question.right(), expected, "{case}");
            let warned = question.row.why.contains("grants itself alone");
            let beneath = unused.iter().any(|name| {
                starts_with_ignoring_case(name, prefix) && is_cut_at(name, prefix.len())
            });
            assert_eq!(warned, expected.contains("itself") && !beneath, "{case}");
            said.push(expected);
        }
    }
    said.sort_unstable();
    said.dedup();
    assert_eq!(said.len(), 5, "{said:?}");
    // The lesson asks about a name that stays alone, beside an unused one that begins alike; and about one that lies
    // alone beneath its prefix, beside one that stays and begins alike.
    let asked = asked_by(3, "what does it say?");
    let right = asked.iter().map(|(known, question)| {
        let told = |start: &str| {
            let told = known.iter().find_map(|line| line.split_once(start));
            told.unwrap().1.replace(" and ", ", ")
        };
        let (names, unused) = (told(" where it grants "), told("found unused: "));
        let names: Vec<&str> = names.split(", ").collect();
        let unused: Vec<&str> = unused.split(", ").collect();
        let prefix = question.row.what.as_str();
        assert_eq!(question.right(), said_by_letters(prefix, &names, &unused));
        let mut alike = names.iter().filter(|name| name.starts_with(prefix));
        let beside = alike.find(|name| !is_cut_at(name, prefix.len())).unwrap();
        let is_unused = unused.contains(beside);
        let warned = format!("{prefix}* would grant {beside}");
        assert_eq!(question.row.why.contains(&warned), is_unused);
        if !is_unused {
            // Who counts by letters is told to count by the tree.
            let star = question
                .choices
                .iter()
                .position(|choice| choice == "safe: prefix*");
            let told = format!(
                "1 name that stays lies beneath {prefix}; what else begins with it lies beside it."
            );
            assert_eq!(question.row.against(star.unwrap()), told);
        }
        question.right()
    });
    let right: Vec<&str> = right.collect();
    assert_eq!(
        right,
        ["unsafe: itself, and any children", "safe: its name"]
    );
}

/// The questions of lesson 6 on prices, asked at another length.
fn asked_at_length(most: usize) -> Vec<(Vec<String>, CaseQuestion)> {
    let read = |name: &str| {
        let text = std::fs::read_to_string(format!("assets/lessons/6-granularity/{name}"));
        text.expect("a file")
    };
    let words = read("lesson.toml").replace("price = 405", &format!("price = {most}"));
    let lesson = Lesson::read(&LessonFiles {
        lesson: Source::from_text("lesson.toml", &words),
        others: ["policy.json", "findings.json"]
            .map(|name| Source::from_text(name, &read(name)))
            .to_vec(),
    });
    asked_of(&lesson.expect("a lesson"), "what is bought, for what?")
}

/// The questions of a lesson that one rule decides, each with what is known.
fn asked_by(lesson: usize, rule: &str) -> Vec<(Vec<String>, CaseQuestion)> {
    asked_of(&built_in_lessons().unwrap()[lesson - 1], rule)
}

fn asked_of(lesson: &Lesson, rule: &str) -> Vec<(Vec<String>, CaseQuestion)> {
    let asked = lesson.cases().iter().filter_map(|case| {
        let question = case.question.clone()?;
        (question.rule.title == rule).then(|| (case.known.clone(), question))
    });
    asked.collect()
}

/// The lesson on statements asks about what a Deny takes away everywhere, and what it does to take an entry out of it.
#[test]
fn a_deny_is_an_answer_and_gives_back_what_is_taken_out_of_it() {
    let right = |rule: &str| -> Vec<String> {
        let asked = asked_by(7, rule).into_iter();
        let asked = asked.filter(|(_, question)| !question.is_example);
        asked
            .map(|(_, question)| format!("{}: {}", question.row.what, question.right()))
            .collect()
    };
    let granted = right("what grants it?");
    assert_eq!(
        granted,
        [
            "ec2:DeregisterImage: #2",
            "iam:CreateUser: nothing",
            "s3:DeleteBucket: denied"
        ]
    );
    let changed = right("what does a change do?");
    assert!(
        changed.contains(&"- s3:DeleteBucket from #3: more".to_owned()),
        "{changed:?}"
    );
}

/// What is appended for an action is what the words say: nothing where it is named, all of a service of which
/// nothing was used, else its name.
#[test]
fn what_is_appended_to_a_not_action_is_what_the_finding_says() {
    let asked = asked_by(7, "what is appended?");
    let mut kinds = Vec::new();
    for (known, question) in &asked {
        let line = |start: &str| -> &str {
            known
                .iter()
                .find_map(|line| line.strip_prefix(start))
                .unwrap()
        };
        let named = patterns(line("#2 Allow on *, NotAction: "));
        let idle = line("nothing at all was used of ");
        let found: Vec<&str> = line("found unused: ").split(", ").collect();
        let action = question.row.because.clone().expect("an action");
        let (service, name) = (action.service.to_string(), action.to_string());
        let expected = if matches(&named, &action) {
            "nothing".to_owned()
        } else if idle.split(", ").any(|idle| idle == service) {
            format!("{service}:*")
        } else {
            assert!(found.contains(&name.as_str()), "{name}");
            name.clone()
        };
        assert_eq!(question.right(), expected);
        assert!(question.row.why.contains(&name), "{question:?}");
        // Whatever is said to be taken away besides is granted, and not reported.
        for against in &question.row.against {
            let taken = against.split_once(" would take ");
            if let Some((_, taken)) = taken.filter(|(_, taken)| taken.contains(" away too")) {
                let taken: Action = taken.split(' ').next().unwrap().parse().unwrap();
                assert!(!found.contains(&taken.to_string().as_str()), "{against}");
                assert!(!matches(&named, &taken) && Catalogue::built_in().contains(&taken));
            }
        }
        kinds.push(question.row.right);
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert!(asked.len() >= 4 && kinds.len() == 3, "{kinds:?}");
}

/// What leaving prefixes whole buys and costs is what one counts: the difference of the lengths, and the unused
/// names that begin so.
#[test]
fn what_leaving_whole_buys_and_costs_is_what_one_counts() {
    let asked: Vec<_> = [440, 405, 402].map(asked_at_length).concat();
    assert_eq!(asked.len(), 3);
    for (known, question) in asked {
        let unused = known
            .iter()
            .find_map(|line| line.strip_prefix("unused: "))
            .unwrap();
        let rows = known
            .iter()
            .skip(1)
            .filter_map(|line| line.trim().split_once("   "));
        let rows: Vec<(usize, &str)> = rows
            .map(|(size, whole)| (size.parse().unwrap(), whole))
            .collect();
        let most = limit(question.asked.split("at most").nth(1).unwrap());
        let (size, whole) = rows.iter().find(|(size, _)| *size <= most).unwrap();
        let prefixes: Vec<&str> = whole
            .split(", ")
            .filter_map(|whole| whole.split(':').nth(1))
            .collect();
        let stays = unused
            .split(", ")
            .filter(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)));
        let stays: Vec<&str> = stays.collect();
        assert_eq!(
            question.right(),
            format!("{}: {}", rows[0].0 - size, stays.join(", "))
        );
        let mut choices = question.choices.clone();
        choices.sort();
        choices.dedup();
        assert_eq!(choices.len(), question.choices.len());
        let grant = if prefixes.len() == 1 {
            "* grants "
        } else {
            "* grant "
        };
        let nothing = question.row.against(question.choices.len() - 1);
        for sentence in [question.row.why.as_str(), nothing] {
            assert!(sentence.contains(grant), "{sentence}");
        }
    }
}

/// Words of the line of its rule that decides a row, by the answer that is right.
fn deciding(rule: &str, row: &ChoosingRow, right: &str) -> &'static str {
    let what = row.what.as_str();
    match (rule, right) {
        ("why granted still?", right) => {
            let kinds = ["newer", "untracked", "used", "elsewhere", "gone"];
            let kind = what.strip_prefix("the one ").unwrap_or(right);
            kinds[kinds.iter().position(|one| *one == kind).expect(kind)]
        }
        ("what is appended?", "nothing") => "names it already",
        ("what is appended?", right) if right.ends_with(":*") => "service:*",
        ("what is appended?", _) => "in full",
        ("and the name beside it?", "goes") => "it goes",
        ("and the name beside it?", "stays, and nothing new grants it") => "not written again",
        ("and the name beside it?", _) => "may grant it too",
        ("what grants it?", "#1") => "#1 Action",
        ("what grants it?", "#2") => "#2 NotAction",
        ("what grants it?", "denied") => "denied",
        ("what grants it?", _) => "both may, or neither",
        ("what does a change do?", "the same") => "the same",
        ("what does a change do?", _) => match what.split('#').nth(1) {
            Some("1") => "Action grants",
            Some("2") => "NotAction",
            _ => "Deny",
        },
        ("what does it say?" | "with a name kept", right) => match right {
            "safe: prefix*" => "prefix*",
            "safe: its name" => "its name",
            "unsafe: nothing" => "nothing",
            "unsafe: itself, and any children" => "itself stays",
            _ => "children",
        },
        ("which entry?", right) if right.ends_with('*') => "prefix*",
        ("which entry?", _) => "name",
        ("which cut?", _) if what.ends_with("the fewest characters") => "fewest characters",
        ("which cut?", _) if what.starts_with("as few characters") => "fewest characters",
        ("which cut?", _) => "fewest let in",
        ("which length?", _) if what.contains("unused") => "shortest",
        ("which length?", _) => "fewest unused",
        ("what is left?", right) if right.contains(" and ") => "both",
        ("what is left?", right) => {
            let prefix = what.split(' ').next().unwrap_or_default();
            if right.strip_prefix(prefix) == Some("*") {
                "is done"
            } else {
                "has to follow"
            }
        }
        ("does it grant it?", right) => {
            // One name with the entry, or several of which one is granted, or none.
            let (entry, name) = match what.strip_prefix("which, of ") {
                Some(entry) => (entry, right),
                None => what.split_once(" and ").expect(what),
            };
            let entry = Glob::parse(entry).expect(what);
            let start = entry.literal_prefix();
            match (name, name.starts_with(start), entry.as_prefix_star()) {
                ("none of them", ..) => "any letters",
                (_, true, None) if entry.matches(name) => "any letters",
                (_, true, _) if entry.matches(name) => "a word ends",
                _ => "letters count",
            }
        }
        ("what takes its place?", _) => "begin so?",
        ("who grants it then?", "neither") => "a name in full",
        ("who grants it then?", _) => "AWS adds",
        ("what is bought, for what?", _) => "stays",
        (other, _) => panic!("{other}"),
    }
}

/// The line that is marked is the one that says so, and every other choice is told why it is wrong.
#[test]
fn the_line_that_is_marked_names_the_answer() {
    let mut seen = BTreeSet::new();
    let mut check = |rule: &ChoiceRule, row: &ChoosingRow, choices: &[String]| {
        let line = rule.lines[row.line];
        let words = deciding(rule.title, row, &choices[row.right]);
        assert!(line.contains(words), "{line:?} has no {words:?}: {row:?}");
        for at in 0..choices.len() {
            assert_eq!(row.against(at).is_empty(), at == row.right, "{row:?}");
        }
        seen.insert((rule.title, row.line));
    };
    for lesson in built_in_lessons().expect("lessons") {
        let cases = lesson.cases().iter();
        for question in cases.filter_map(|case| case.question.as_ref()) {
            check(question.rule, &question.row, &question.choices);
        }
    }
    for case in [
        "does = \"ec2:De*Image*\"\ngrant = \"ec2:DescribeImages\"",
        "does = \"ec2:De*\"\ngrant = \"ec2:CreateTags\"",
        "add = \"s3:GetObject\"\nstatement = 3",
        "add = \"iam:CreateUser\"\nstatement = 1",
    ] {
        let question = case_of(case);
        check(question.rule, &question.row, &question.choices);
    }
    for subject in [
        Subject::Evidence,
        Subject::Granting,
        Subject::Cuts,
        Subject::Lengths,
        Subject::Beside,
    ] {
        for seed in 0..30 {
            let choosing = dealt(subject, seed);
            for row in &choosing.rows {
                check(choosing.rule, row, &choosing.choices);
            }
        }
    }
    assert!(seen.len() >= 36, "{} {seen:?}", seen.len());
}
