//! `learn`: the built-in lessons, a teacher's own, and the rule on any words, from outside.

use std::fs;
use std::path::Path;

use crate::run::{Run, RunIt, folder, iam_refine};
use iam_refine::catalogue::Catalogue;
use iam_refine::explain::{Names, Walkthrough};
use iam_refine::iam::Action;
use iam_refine::lessons::{
    Case, ClosingTest, Lesson, Question, Replies, Score, Sets, Subject, built_in_lessons,
};
use iam_refine::refine::{Mark, MarkKind, SetBy, prefix_of};
use iam_refine::review::{Decision, EntryPlace, Review};

fn learn(arguments: &[&str]) -> Run {
    iam_refine().arg("learn").args(arguments).run()
}

fn at(policy: usize, statement: usize, entry: usize) -> EntryPlace {
    EntryPlace {
        policy,
        statement,
        entry,
    }
}

/// Does the task of the lesson of this number, as its hint says.
fn put_right(number: usize, review: &mut Review) {
    let first = at(0, 0, 0);
    let mark = |kind, prefix: &str| Mark {
        kind,
        prefix: prefix_of(&prefix.parse().unwrap()),
        by: SetBy::Person,
        reason: None,
    };
    match number {
        2 => {
            let drop = mark(MarkKind::Drop, "s3:GetBucketAbac");
            assert!(review.set_marks(first, vec![drop]));
        }
        3 => {
            let one = "vpc-lattice:ListServiceNetworkResource";
            assert!(review.set_marks(first, vec![mark(MarkKind::Drop, one)]));
        }
        5 => {
            review.decide(&[at(1, 0, 1)], Decision::Accepted);
            let keep = Mark {
                kind: MarkKind::Keep,
                prefix: prefix_of(&"s3:DeleteMultiRegionAccessPoint".parse().unwrap()),
                by: SetBy::Person,
                reason: Some("the failover drill".into()),
            };
            assert!(review.set_marks(first, vec![keep]));
        }
        other => panic!("{other} has no review to put right"),
    }
}

fn is_mended(lesson: &Lesson) -> bool {
    let task = lesson.task.as_ref().expect("a task");
    task.mending().is_some()
}

#[test]
fn every_lesson_begins_with_something_wrong_that_can_be_put_right() {
    let lessons = (1..).zip(built_in_lessons().unwrap());
    // In the others somebody wrote entries, which the screen shows.
    for (number, lesson) in lessons.filter(|(_, lesson)| is_mended(lesson)) {
        let mut review = lesson.review();
        assert!(lesson.missing(&review).is_some(), "{}", lesson.title);
        assert!(review.is_proved(), "{}", lesson.title);
        assert!(!review.can_undo(), "{}", lesson.title);
        put_right(number, &mut review);
        assert_eq!(lesson.missing(&review), None, "{}", lesson.title);
        assert!(review.is_proved(), "{}", lesson.title);
        // Accepting and rejecting alone put nothing right.
        for decision in [Decision::Accepted, Decision::Rejected, Decision::Undecided] {
            let mut review = lesson.review();
            let undecided = review.undecided();
            review.decide(&undecided, decision);
            assert!(lesson.missing(&review).is_some(), "{}", lesson.title);
        }
    }
}

#[test]
fn a_task_is_not_done_by_halves() {
    let lessons = built_in_lessons().unwrap();
    // A reason of blanks is none.
    let mut review = lessons[4].review();
    review.decide(&[at(1, 0, 1)], Decision::Accepted);
    let keep = Mark {
        kind: MarkKind::Keep,
        prefix: prefix_of(&"s3:DeleteMultiRegionAccessPoint".parse().unwrap()),
        by: SetBy::Person,
        reason: Some("  ".into()),
    };
    assert!(review.set_marks(at(0, 0, 0), vec![keep]));
    assert_eq!(
        lessons[4].missing(&review).as_deref(),
        Some("s3:DeleteMultiRegionAccessPoint is granted, but no mark says why")
    );
    // What is put right and then not accepted is not written.
    let mut review = lessons[2].review();
    put_right(3, &mut review);
    assert_eq!(lessons[2].missing(&review), None);
    review.decide(&[at(0, 0, 0)], Decision::Rejected);
    let missing = lessons[2].missing(&review);
    assert_eq!(
        missing.as_deref(),
        Some(
            "vpc-lattice:List* is not accepted any more, so it is written as it was; vpc-lattice:ListServices is granted"
        )
    );
}

#[test]
fn a_start_that_decides_what_is_so_already_is_refused() {
    let folder = folder();
    let start = "entry = \"sqs:*Queue*\"\ndecision = \"undecided\"";
    let lesson = LESSON.replace("entry = \"sqs:*Queue*\"", start);
    let run = own(folder.path(), &lesson, POLICY, FINDINGS);
    assert_eq!(run.exit, 2, "{}", run.stdout);
    let told = "this start changes nothing";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn a_lessons_steps_are_those_of_the_rule_and_ask_something() {
    for lesson in built_in_lessons().unwrap() {
        let walk = lesson.walk();
        assert_eq!(walk.plan().old, lesson.wildcard());
        let score = Score::of(&lesson, &Replies::default());
        assert!(score.all >= 3, "{}: {score}", lesson.title);
        if lesson.is_walked() {
            assert!(Question::of(&walk).len() >= 3, "{}", lesson.title);
            assert!(walk.steps().len() <= 17, "{}", lesson.title);
        }
    }
}

/// A lesson asks by the rules of its own matter, in their order; it begins with an example, and not always the same
/// answer is right.
#[test]
fn a_lesson_asks_about_its_own_matter() {
    let lessons = built_in_lessons().unwrap();
    let rules = |number: usize| -> Vec<&str> {
        let cases: &[Case] = lessons[number - 1].cases();
        let questions = cases.iter().filter_map(|case| case.question.as_ref());
        let mut rules: Vec<&str> = questions.map(|question| question.rule.title).collect();
        rules.dedup();
        rules
    };
    assert_eq!(rules(1), ["what takes its place?"]);
    assert_eq!(
        rules(3),
        [
            "does it grant it?",
            "what does it say?",
            "and the name beside it?"
        ]
    );
    assert_eq!(rules(4), ["what is left?"]);
    assert_eq!(rules(5), ["why granted still?", "with a name kept"]);
    let of_cuts = [
        "which entry?",
        "who grants it then?",
        "which cut?",
        "which length?",
        "what is bought, for what?",
    ];
    assert_eq!(rules(6), of_cuts);
    let of_statements = [
        "what grants it?",
        "what does a change do?",
        "what is appended?",
    ];
    assert_eq!(rules(7), of_statements);
    for lesson in &lessons {
        let questions = lesson
            .cases()
            .iter()
            .filter_map(|case| case.question.as_ref());
        let mut right: Vec<String> = questions.clone().map(|q| q.right().to_owned()).collect();
        right.sort();
        right.dedup();
        let is_one = questions.clone().count() == 1;
        assert!(is_one || right.len() != 1, "{}", lesson.title);
        // Of how a result comes to be the steps before it are the example.
        let is_known = |title: &str| title == "what takes its place?";
        assert!(
            questions
                .clone()
                .next()
                .is_none_or(|first| first.is_example || is_known(first.rule.title)),
            "{}",
            lesson.title
        );
    }
    let reasons: Vec<&str> = lessons[4]
        .cases()
        .iter()
        .filter_map(|case| case.question.as_ref())
        .map(iam_refine::lessons::CaseQuestion::right)
        .collect();
    for reason in ["used", "untracked", "newer", "elsewhere", "gone"] {
        assert!(reasons.contains(&reason), "{reason}");
    }
}

/// What the words of a lesson count is what the catalogue and its files hold: both may be renewed.
#[test]
fn the_numbers_in_the_lessons_are_those_that_one_counts() {
    let lessons = built_in_lessons().unwrap();
    let texts = lesson_texts().into_iter();
    let texts: Vec<String> = texts
        .map(|text| text.replace("\\\n", "").to_lowercase())
        .collect();
    let says = |number: usize, sentence: String| {
        assert!(
            texts[number - 1].contains(&sentence),
            "{number}: {sentence}"
        );
    };
    let word = |count: usize| -> &str {
        let words = [
            "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        ];
        words[count]
    };
    let (first, second, third) = (&lessons[0], &lessons[1], &lessons[2]);
    let granted = |walk: &Walkthrough| -> (usize, usize) {
        let services = walk.trie().wildcard().services.iter();
        let actions: Vec<bool> = services
            .flat_map(|service| &service.actions)
            .map(|action| action.fate.stays())
            .collect();
        (
            actions.len(),
            actions.iter().filter(|stays| !**stays).count(),
        )
    };

    let (all, unused) = granted(&first.walk());
    says(1, format!("a role may do all {all} actions of s3:get*"));
    says(1, format!("never used {unused} of them"));
    says(1, format!("a list of the other {} is exact", all - unused));
    says(1, format!("then come all {all} of s3:get*,"));
    let (few, _) = first.first_quiz(&Replies::default()).unwrap();
    let (few, few_unused) = granted(&few);
    says(
        1,
        format!(
            "lambda:get* on {} names, {} of them unused",
            word(few),
            word(few_unused)
        ),
    );

    let universe = &second.input().universe;
    let newer = universe
        .catalogue
        .granted_by(&"s3:GetBucket*".parse().unwrap());
    let newer = newer.map(|(service, known)| Action::new(service.clone(), known.name.clone()));
    let newer: Vec<Action> = newer
        .filter(|action| !Catalogue::s3_of_june_2024().contains(action))
        .collect();
    assert!(newer.iter().all(|action| !universe.is_unused(action)));
    assert!(!newer.is_empty());
    says(
        2,
        "every action that starts with getbucket was unused".to_owned(),
    );
    says(2, "aws has added names since".to_owned());

    says(
        3,
        format!("{} of the names are unused", word(granted(&third.walk()).1)),
    );
    assert_eq!(lessons[4].input().meanings().count(), 2);
    says(5, "this role has two policies".to_owned());

    assert_eq!(
        lessons[6]
            .input()
            .meanings()
            .next()
            .unwrap()
            .statements
            .len(),
        3
    );
    says(7, "there are three statements".to_owned());
    assert_eq!(granted(&lessons[6].walk()).1, 1);
    says(
        7,
        "has lost the one action of it that is reported".to_owned(),
    );
}

/// Every action that a lesson or its findings name is one that AWS has, or begins one; but for those that AWS is to
/// have tomorrow.
#[test]
fn the_names_in_the_lessons_are_real() {
    let today = Catalogue::built_in();
    let is_real = |name: &str| {
        let begins = format!("{name}*").parse().expect("an entry");
        today.granted_by(&begins).next().is_some()
    };
    let mut named = 0;
    for text in lesson_texts() {
        let lines = text.lines().filter(|line| !line.starts_with("tomorrow"));
        let words = lines.flat_map(|line| {
            line.split(|letter: char| !letter.is_ascii_alphanumeric() && !"-:*?".contains(letter))
        });
        for name in words.filter(|word| word.parse::<Action>().is_ok()) {
            assert!(is_real(name), "{name}");
            named += 1;
        }
    }
    assert!(named > 100, "{named}");
    for lesson in built_in_lessons().unwrap() {
        let universe = &lesson.input().universe;
        for action in universe.unused.named() {
            let is_known = universe.catalogue.contains(&action);
            assert!(is_known, "{action} in {}", lesson.title);
        }
    }
}

/// `lesson.toml` of each built-in lesson, in their order.
fn lesson_texts() -> Vec<String> {
    let mut folders: Vec<_> = fs::read_dir("assets/lessons").unwrap().collect();
    folders.sort_by_key(|folder| folder.as_ref().unwrap().path());
    let texts = folders.iter().map(|folder| {
        let text = fs::read_to_string(folder.as_ref().unwrap().path().join("lesson.toml"));
        text.unwrap()
    });
    texts.collect()
}

#[test]
fn without_a_terminal_the_lessons_are_listed_and_told() {
    let listed = learn(&[]).stdout;
    assert!(listed.contains("[ ] 3  Letters decide"), "{listed}");
    assert_eq!(listed.lines().count(), 17);
    assert!(
        listed.ends_with("\nNext is lesson 1: iam-refine learn 1\n"),
        "{listed}"
    );
    assert!(listed.contains("iam-refine learn practice"), "{listed}");
    let told = learn(&["3"]);
    assert_eq!(told.exit, 0, "{}", told.stderr);
    insta::assert_snapshot!(told.stdout);
}

#[test]
fn without_a_terminal_a_test_is_printed_with_its_results_behind_all_sets() {
    let told = learn(&["test", "--seed", "12"]);
    assert_eq!(told.exit, 0, "{}", told.stderr);
    let (sets, results) = told.stdout.split_once("\nRESULTS\n").expect("results");
    for number in 1..=7 {
        assert!(sets.contains(&format!("\n{number}  ")), "{sets}");
        assert!(results.contains(&format!("Lesson {number}: ")), "{results}");
    }
    // Neither a result nor the lesson stands where the sets are.
    assert!(
        !sets.contains("RESULT") && !sets.contains("Lesson"),
        "{sets}"
    );
    // The whole statement comes last, its names below the wildcard that grants them.
    let (_, statement) = sets
        .split_once("\n8  Write every entry of what it becomes.")
        .expect("it");
    let (_, result) = results
        .split_once("\n8  All lessons: a whole statement\n")
        .expect("it");
    let test = ClosingTest::begin(&Catalogue::built_in(), 12).expect("a test");
    let exercise = &test.parts()[7].set.exercise;
    let writing = exercise.writing().expect("entries");
    for (_, wildcard) in writing.groups() {
        assert!(
            statement.contains(&format!("\n\n  {wildcard}\n")),
            "{statement}"
        );
        assert!(
            result.contains(&format!("\n  {wildcard}\n   1  ")),
            "{result}"
        );
    }
    for entry in writing.wanted() {
        assert!(result.contains(&format!("  {entry}\n")), "{result}");
    }
    assert_eq!(statement.matches("and in full\n").count(), 2, "{statement}");
    assert_eq!(
        result.matches("also stands there in full").count(),
        2,
        "{result}"
    );
    assert_eq!(told.stdout, learn(&["test", "--seed", "12"]).stdout);
    assert_ne!(told.stdout, learn(&["test", "--seed", "13"]).stdout);
    let behind = learn(&["test", "s3"]);
    assert_eq!(behind.exit, 2, "{}", behind.stdout);
    assert!(
        behind.stderr.contains("the test is about all lessons"),
        "{}",
        behind.stderr
    );
}

#[test]
fn without_a_terminal_a_wildcard_to_play_with_has_its_names_listed() {
    let told = learn(&["try", "sqs:*Queue"]);
    assert_eq!(told.exit, 0, "{}", told.stderr);
    assert!(told.stdout.contains("sqs:CreateQueue\n"), "{}", told.stdout);
    assert!(!told.stdout.contains("SendMessage"), "{}", told.stdout);
    for (wildcard, why) in [
        ("s4:Get*", "no service s4 is known"),
        ("*", "a service stands before the wildcard"),
        ("s3:GetObject", "there is nothing to refine"),
    ] {
        let refused = learn(&["try", wildcard]);
        assert_eq!(refused.exit, 2, "{}", refused.stdout);
        assert!(refused.stderr.contains(why), "{}", refused.stderr);
        assert!(
            refused.stderr.contains("iam-refine learn try"),
            "{}",
            refused.stderr
        );
    }
    let seed = learn(&["try", "sqs:*", "--seed", "1"]);
    assert_eq!(seed.exit, 2);
}

#[test]
fn of_a_long_walk_a_lesson_plays_the_steps_of_one_prefix() {
    let told = learn(&["2"]).stdout;
    let steps = told.split("STEPS\n").nth(1).expect("steps");
    assert!(steps.starts_with(" 1  GetBucket is unsafe: "), "{told}");
    assert!(steps.contains("\nRESULT of these steps\n  s3:GetBucketAbac "));
}

#[test]
fn what_another_entry_grants_anyway_is_not_said_to_come_tomorrow() {
    let told = learn(&["3"]).stdout;
    let words: Vec<&str> = told.split_whitespace().collect();
    let words = words.join(" ");
    let anyway = "so it is named in full; ListServiceNetwork* grants it anyway, so it is \
                  left out in the end.";
    assert!(words.contains(anyway), "{told}");
}

#[test]
fn the_help_shows_findings_and_that_words_need_the_unused_ones() {
    let help = learn(&["--help"]).stdout;
    assert!(help.contains("--words and --unused go together"), "{help}");
    let shown = help.lines().map(str::trim);
    let findings = shown.clone().find(|line| line.starts_with("[{")).unwrap();
    let findings = findings
        .replace("s3", "sqs")
        .replace("GetBucketAcl", "PurgeQueue");
    let folder = folder();
    let run = own(folder.path(), LESSON, POLICY, &findings);
    assert_eq!(run.exit, 0, "{}", run.stderr);
}

#[test]
fn a_lesson_that_is_not_there_is_told() {
    for (lesson, told) in [
        ("8", "there is no lesson 8\nhelp: give a number from 1 to 7"),
        ("0", "there is no lesson 0"),
        (
            "nowhere",
            "nowhere is neither the number of a lesson nor a folder",
        ),
        (
            "src",
            "there is no lesson.toml in src\nhelp: a lesson begins with one",
        ),
    ] {
        let run = learn(&[lesson]);
        assert_eq!(run.exit, 2);
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
}

const LESSON: &str = r#"title = "Queues"
wrong = "Too much."
watch = "Watch."
wildcard = "sqs:*Queue*"
task = "Keep PurgeQueue."
hint = "Space."
sentence = "That is how."

[[start]]
entry = "sqs:*Queue*"

[done]
reasons = ["sqs:PurgeQueue"]
"#;

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": ["sqs:*Queue*", "sqs:SendMessage"], "Resource": "*"}}"#;

const FINDINGS: &str = r#"[{"serviceNamespace": "sqs", "actions": ["PurgeQueue", "DeleteQueue"]}]"#;

fn own(folder: &Path, lesson: &str, policy: &str, findings: &str) -> Run {
    fs::write(folder.join("lesson.toml"), lesson).unwrap();
    fs::write(folder.join("policy.json"), policy).unwrap();
    fs::write(folder.join("findings.json"), findings).unwrap();
    iam_refine().current_dir(folder).args(["learn", "."]).run()
}

#[test]
fn a_teachers_own_lesson_is_told() {
    let folder = folder();
    let run = own(folder.path(), LESSON, POLICY, FINDINGS);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stdout.starts_with("Lesson: Queues\n\nToo much."),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("DO    Keep PurgeQueue."),
        "{}",
        run.stdout
    );
    let lines = LESSON.replace("\"Too much.\"", "\"\"\"\nToo\n  much\\u001b[31m.\n\"\"\"");
    let run = own(folder.path(), &lines, POLICY, FINDINGS);
    assert!(
        run.stdout.starts_with("Lesson: Queues\n\nToo much"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains('\u{1b}'), "{}", run.stdout);
    fs::remove_file(folder.path().join("findings.json")).unwrap();
    let run = iam_refine()
        .current_dir(folder.path())
        .args(["learn", "."])
        .run();
    assert!(
        run.stderr.contains("there are no findings beside it"),
        "{}",
        run.stderr
    );
    fs::remove_file(folder.path().join("policy.json")).unwrap();
    let run = iam_refine()
        .current_dir(folder.path())
        .args(["learn", "."])
        .run();
    assert!(
        run.stderr.contains("there is no policy beside it"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_lesson_in_the_manual_can_be_played() {
    let chapter = fs::read_to_string("docs/lessons.md").unwrap();
    let blocks = chapter.split("```toml\n").skip(1);
    let mut blocks = blocks.map(|rest| rest.split("```").next().unwrap());
    let lesson = blocks.find(|block| block.starts_with("title")).unwrap();
    let folder = folder();
    let run = own(folder.path(), lesson, POLICY, FINDINGS);
    assert_eq!(run.exit, 0, "{}", run.stderr);
}

/// What the help shows of `lesson.toml` can be copied: as a whole, and with each of the tasks that are written by hand.
#[test]
fn the_lesson_in_the_help_can_be_played() {
    let help = learn(&["--help"]).stdout;
    let (_, shown) = help.split_once("\nlesson.toml:\n").unwrap();
    let (lesson, written) = shown.split_once("\nIn the place of").unwrap();
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:Get*", "s3:GetObject"], "Resource": "*"},
        {"Effect": "Allow", "NotAction": ["iam:*", "s3:Get*"], "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::x/*"}]}"#;
    let found = r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl", "GetAccountPublicAccessBlock"]}]"#;
    let folder = folder();
    let run = own(folder.path(), lesson, policy, found);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let cases = lesson.matches("[[case]]").count();
    assert!(
        run.stdout.contains(&format!("\n{cases:>4}  ")),
        "{}",
        run.stdout
    );
    // Each key is told, and each question.
    let (words, _) = lesson.split_once("[[remark]]").unwrap();
    let words = words.lines().filter(|line| {
        let mut of_reviews = ["hint =", "keys =", "reasons_beside ="].iter();
        !of_reviews.any(|key| line.trim().starts_with(key))
    });
    let words = words.collect::<Vec<_>>().join("\n");
    let tasks: Vec<&str> = written.split("[write]").skip(1).collect();
    assert_eq!(tasks.len(), 2);
    for task in tasks {
        let toml = task.lines().take_while(|line| !line.starts_with("or a "));
        let toml = toml.collect::<Vec<_>>().join("\n");
        let run = own(
            folder.path(),
            &format!("{words}\n[write]{toml}"),
            policy,
            found,
        );
        assert_eq!(run.exit, 0, "{}{toml}", run.stderr);
    }
}

#[test]
fn a_task_can_begin_with_a_prefix_that_was_left_whole() {
    let folder = folder();
    let entry = "entry = \"sqs:*Queue*\"";
    let lesson = LESSON.replacen(entry, &format!("{entry}\nwhole = [\"sqs:List\"]"), 1);
    let findings = FINDINGS.replace("PurgeQueue", "ListQueueTags\", \"PurgeQueue");
    let run = own(folder.path(), &lesson, POLICY, &findings);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    // Nothing there is unsafe.
    let run = own(folder.path(), &lesson, POLICY, FINDINGS);
    assert_eq!(run.exit, 2, "{}", run.stdout);
    let told = "this start changes nothing";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn what_is_wrong_with_a_lesson_is_pointed_at() {
    let folder = folder();
    let changed = [
        ("title = \"Queues\"\n", ""),
        ("watch =", "wach ="),
        ("sqs:*Queue*\"\ntask", "sqs:Nothing*\"\ntask"),
        ("sqs:*Queue*\"\ntask", "sqsQueue\"\ntask"),
        (
            "entry = \"sqs:*Queue*\"",
            "entry = \"sqs:*Queue*\"\nsplit = [\"sqs:PurgeQueue\"]",
        ),
        (
            "entry = \"sqs:*Queue*\"",
            "entry = \"sqs:*Queue*\"\nkeep = [\"sqs:Purge*\"]",
        ),
        (
            "entry = \"sqs:*Queue*\"",
            "entry = \"sqs:*Queue*\"\ndecision = \"yes\"",
        ),
        (
            "entry = \"sqs:*Queue*\"",
            "entry = \"sqs:*Queue*\"\nsplits = []",
        ),
        ("reasons = [\"sqs:PurgeQueue\"]", ""),
        (
            "reasons = [\"sqs:PurgeQueue\"]",
            "gone = [\"sqs:PurgeQueue\"]",
        ),
        (
            "reasons = [\"sqs:PurgeQueue\"]",
            "gone = [\"PurgeQueue\", \"sqs:*\"]",
        ),
        ("task = ", "actions = \"2020\"\ntask = "),
        ("task = ", "steps = \"sqs:Lost\"\ntask = "),
        ("\"Keep PurgeQueue.\"", "Keep PurgeQueue."),
        (
            "[done]",
            "[[case]]\nwhich = \"spent\"\namong = [\"sqs:PurgeQueue\"]\n\n[done]",
        ),
        (
            "[done]",
            "[[case]]\nwhich = \"gone\"\namong = [\"sqs:SendMessage\"]\n\n[done]",
        ),
        (
            "[done]",
            "[[case]]\nentry_for = \"sqs:CreateQueue\"\n\n[done]",
        ),
        (
            "[done]",
            "[[case]]\nentry_for = \"s3:GetObject\"\ncut_at = \"word\"\n\n[done]",
        ),
        (
            "[done]",
            "[[case]]\ntomorrow = \"sqs:CreateQueue\"\n\n[done]",
        ),
        ("hint =", "hint = 3 #"),
    ];
    let mut told = Vec::new();
    for (from, to) in changed {
        assert!(LESSON.contains(from), "{from}");
        let run = own(
            folder.path(),
            &LESSON.replacen(from, to, 1),
            POLICY,
            FINDINGS,
        );
        assert_eq!(run.exit, 2, "{to}: {}", run.stdout);
        told.push(run.stderr);
    }
    let none = FINDINGS
        .replace("PurgeQueue", "SendMessage")
        .replace("DeleteQueue", "AddPermission");
    told.push(own(folder.path(), LESSON, POLICY, &none).stderr);
    told.push(
        own(
            folder.path(),
            LESSON,
            &POLICY.replace("Effect", "Efect"),
            FINDINGS,
        )
        .stderr,
    );
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_name_that_a_lesson_cannot_begin_with_is_pointed_at_itself() {
    let folder = folder();
    let told = |first: &str| {
        let lesson = LESSON.replacen("task = ", &format!("{first}\ntask = "), 1);
        own(folder.path(), &lesson, POLICY, FINDINGS).stderr
    };
    // There is a name, and it was refused.
    let refused = told("first_wildcard = \"sqs:Send*\"\nfirst = [\"sqs:PurgeQueue\"]");
    assert!(
        refused.contains("lesson.toml:6:10: sqs:Send* grants no sqs:PurgeQueue"),
        "{refused}"
    );
    assert!(!refused.contains("has no names"), "{refused}");
    let none = told("first_wildcard = \"sqs:Send*\"");
    assert!(
        none.contains("lesson.toml:5:18: first_wildcard has no names in first"),
        "{none}"
    );
    // The one before it was refused for something else.
    let unlisted =
        told("first = [\"sqs:PurgeQueue\"]\nfirst_unused = [\"sqs:Lost\", \"sqs:DeleteQueue\"]");
    let place = "lesson.toml:6:29: sqs:DeleteQueue is none of those in first";
    assert!(unlisted.contains(place), "{unlisted}");
}

/// An option that does nothing where it stands is refused, as one that is missing is.
#[test]
fn what_says_nothing_in_a_lesson_is_pointed_at() {
    let folder = folder();
    let cases = [
        "does = \"sqs:*\"",
        "does = \"sqs:*\"\ngrant = \"sqs:PurgeQueue\"\namong = []",
        "behind = \"Get\"",
        "tell = \"Hear.\"\ngrant = \"sqs:PurgeQueue\"",
        "tell = \"Hear.\"\ngrnats = \"sqs:PurgeQueue\"",
        "tell = \"Hear.\"\nexample = true",
        "tell = \" \"",
        "grants = \"sqs:PurgeQueue\"\nanew = true",
        "grants = \"PurgeQueue\"",
        "why = \"sqs:PurgeQueue\"\ngrants = \"sqs:PurgeQueue\"",
        "why = \"s3:GetObject\"",
        "add = \"sqs:*\"\nstatement = 0",
        "cut = { letters = 3 }",
        "says_of = \"List\"\nof = \"sqs:List*\"\nnames = [\"sqs:ListQueues\", \"s3:ListBucket\"]\nunused = []",
    ];
    let cases =
        cases.map(|case| LESSON.replacen("[done]", &format!("[[case]]\n{case}\n[done]"), 1));
    let first = "first = [\"sqs:CreateQueue\", \"sqs:DeleteQueue\"]";
    let asked = "[[case]]\ndoes = \"sqs:*\"\ngrant = \"sqs:PurgeQueue\"\n[done]";
    let others = [
        LESSON.replacen("task", "case = 3\ntask", 1),
        LESSON
            .replacen("task", &format!("walk = false\n{first}\ntask"), 1)
            .replacen("[done]", asked, 1),
        LESSON.replacen(
            "task",
            &format!("{first}\nfirst_unused = [\"sqs:PurgeQueue\"]\ntask"),
            1,
        ),
        LESSON.replacen("task", "first = [\"sqs:CreateQueue\"]\ntask", 1),
    ];
    let told = cases.iter().chain(&others).map(|lesson| {
        let run = own(folder.path(), lesson, POLICY, FINDINGS);
        assert_eq!(run.exit, 2, "{lesson}: {}", run.stdout);
        run.stderr
    });
    let told: Vec<String> = told.collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_is_wrong_with_entries_to_be_written_is_pointed_at() {
    let folder = folder();
    let (told, _) = LESSON.split_once("[[start]]").unwrap();
    let told = told.replace("hint = \"Space.\"\n", "");
    let right = "[write]\nwildcard = \"sqs:*Queue*\"\nactions = [\"sqs:CreateQueue\", \"sqs:DeleteQueue\", \
                 \"sqs:PurgeQueue\"]\nunused = [\"sqs:DeleteQueue\", \"sqs:PurgeQueue\"]\nkept = \
                 [\"sqs:PurgeQueue\"]\ncut = \"character\"\n";
    let run = own(folder.path(), &format!("{told}{right}"), POLICY, FINDINGS);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(run.stdout.contains("sqs:PurgeQueue"), "{}", run.stdout);
    for (old, new, message) in [
        (
            "kept = [\"sqs:PurgeQueue\"]",
            "kept = [\"sqs:CreateQueue\"]",
            "12:9: sqs:CreateQueue is none of the unused ones",
        ),
        (
            "unused = [\"sqs:DeleteQueue\"",
            "unused = [\"sqs:TagQueue\"",
            "11:11: sqs:TagQueue is none of the actions",
        ),
        (
            "\"sqs:CreateQueue\", ",
            "\"sqs:CreateNothing\", ",
            "10:12: AWS has no sqs:CreateNothing that is known",
        ),
        (
            "\"character\"",
            "\"letter\"",
            "13:7: unknown variant `letter`",
        ),
        (
            "\"sqs:CreateQueue\", ",
            "\"sqs:CreateQueue\", \"iam:PutRolePolicy\", ",
            "10:31: sqs:*Queue* grants no iam:PutRolePolicy",
        ),
        (
            "wildcard = \"sqs:*Queue*\"\n",
            "",
            "9:1: one of wildcard, not_action has to be there",
        ),
        (
            "cut = \"character\"",
            "idle = [\"sqs\"]",
            "13:1: unknown field `idle`",
        ),
        (
            "cut = \"character\"",
            "not_action = [\"iam:*\"]",
            "13:1: wildcard and not_action do not go together",
        ),
        (
            "wildcard = \"sqs:*Queue*\"",
            "not_action = [\"iam:*\"]",
            "13:1: unknown field `cut`",
        ),
        (
            "\"sqs:*Queue*\"",
            "\"Queue\"",
            "9:12: \"Queue\": an action is written",
        ),
    ] {
        let wrong = right.replace(old, new);
        let run = own(folder.path(), &format!("{told}{wrong}"), POLICY, FINDINGS);
        assert_eq!(run.exit, 2, "{new}: {}", run.stdout);
        let message = format!("error: ./lesson.toml:{message}");
        assert!(run.stderr.contains(&message), "{new}: {}", run.stderr);
    }
    let appended = "[write]\nnot_action = []\nactions = [\"sqs:DeleteQueue\"]\nunused = [\"sqs:DeleteQueue\"]\n";
    let run = own(
        folder.path(),
        &format!("{told}{appended}"),
        POLICY,
        FINDINGS,
    );
    assert!(
        run.stderr.contains("9:14: a NotAction names something"),
        "{}",
        run.stderr
    );
    // What is about a review says nothing where none is put right.
    let of_reviews = "hint = \"Space.\"\nkeys = [\"x\"]\nreasons_beside = false\n";
    let start = "[[start]]\nentry = \"sqs:*Queue*\"\n[[tour]]\nat = \"trie\"\ntell = \"A trie.\"\n";
    let run = own(
        folder.path(),
        &format!("{told}{of_reviews}{start}{right}"),
        POLICY,
        FINDINGS,
    );
    for key in ["hint", "keys", "reasons_beside", "start", "tour"] {
        let message = format!("{key} is about a review, and entries are written in its place");
        assert!(run.stderr.contains(&message), "{key}: {}", run.stderr);
    }
}

#[test]
fn goals_that_never_hold_are_pointed_at() {
    let folder = folder();
    let goals = "reasons = [\"sqs:PurgeQueue\"]";
    let told = [
        r#"entries = ["sqs:Foo*", "s3:GetQueue"]"#,
        "gone = [\"sqs:PurgeQueue\"]\ngranted = [\"sqs:purgequeue\"]",
        r#"granted = ["sqs:Purge"]"#,
        r#"gone = ["s3:GetObject"]"#,
        r#"reasons = ["sqs:ReceiveMessage"]"#,
        "entries = [\"sqs:*Queue\"]\nwithout_stars = true",
    ]
    .map(|never| {
        let lesson = LESSON.replace(goals, never);
        let run = own(folder.path(), &lesson, POLICY, FINDINGS);
        assert_eq!(run.exit, 2, "{never}: {}", run.stdout);
        run.stderr
    });
    insta::assert_snapshot!(told.join("\n"));
}

fn words(words: &str, unused: &str, more: &[&str]) -> Run {
    let folder = folder();
    fs::write(folder.path().join("words.txt"), words).unwrap();
    fs::write(folder.path().join("unused.txt"), unused).unwrap();
    let mut command = iam_refine();
    command.current_dir(folder.path());
    command.args(["learn", "--words", "words.txt", "--unused", "unused.txt"]);
    command.args(more).run()
}

#[test]
fn the_rule_is_played_on_any_words() {
    let animals = "car\r\n  carpet\ncat\n\ncatfish\ndog\ndogma\n";
    let run = words(animals, "carpet\n", &["--granularity", "character"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    insta::assert_snapshot!(run.stdout);
    let explained = run.stdout.split("TRIE").nth(1).unwrap();
    assert!(!explained.contains("action"), "{explained}");
    let run = words("ListRole\nListRoleTags\nListRoles\n", "LISTROLES", &[]);
    assert!(
        run.stdout
            .contains("ListRole is unsafe although nothing unused lies beneath it"),
        "{}",
        run.stdout
    );
}

#[test]
fn words_without_capitals_are_cut_at_every_character() {
    let (all, unused) = ("car\ncart\ncare\ncat\ndog\nDoor\n", "care\n");
    let told = "No word has a capital letter inside, so they are cut at every character.";
    // The first letter cuts nothing.
    let run = words(all, unused, &[]);
    assert!(one_line(&run.stdout).contains(told), "{}", run.stdout);
    assert!(run.stdout.contains("d*"), "{}", run.stdout);
    // What is asked for is done, and nothing is said of it.
    let run = words(all, unused, &["--granularity", "word"]);
    assert!(!one_line(&run.stdout).contains(told), "{}", run.stdout);
    assert!(!run.stdout.contains("d*"), "{}", run.stdout);
    // One word that can be cut is enough.
    let run = words("car\ncart\ncare\ncatFish\n", unused, &[]);
    assert!(!one_line(&run.stdout).contains(told), "{}", run.stdout);
}

/// The text without line ends.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn words_that_are_none_are_pointed_at() {
    let long = "a".repeat(600);
    let told = [
        words("cat\n  do g\nk\u{f6}ter\ncat*\n", "cat\nd\u{f6}g\n", &[]),
        words("cat\ndog\nCAT\n", "cat\n", &[]),
        words("cat\ndog\n", "cow\ncat\n", &[]),
        words("cat\ndog\n", "dog\ncat\n", &[]),
        words(" \n\n", "cat\n", &[]),
        words("cat\ndog\n", "", &[]),
        words(&long, "cat\n", &[]),
    ]
    .map(|run| {
        assert_eq!(run.exit, 2, "{}", run.stdout);
        run.stderr
    });
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn words_and_unused_words_go_together() {
    for arguments in [
        &["--words", "w"][..],
        &["--unused", "u"],
        &["1", "--words", "w", "--unused", "u"],
        &["1", "--granularity", "name"],
    ] {
        assert_eq!(learn(arguments).exit, 2, "{arguments:?}");
    }
}

/// A lesson is read from the same form, whoever wrote it.
#[test]
fn a_built_in_folder_is_a_folder_like_any_other() {
    let titles: Vec<Lesson> = built_in_lessons().unwrap();
    let mut folders: Vec<_> = fs::read_dir("assets/lessons").unwrap().collect();
    folders.sort_by_key(|folder| folder.as_ref().unwrap().path());
    assert_eq!(folders.len(), titles.len());
    for (folder, lesson) in folders.iter().zip(titles) {
        let path = folder.as_ref().unwrap().path().display().to_string();
        let run = learn(&[&path]);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        assert!(run.stdout.contains(&lesson.title), "{}", run.stdout);
    }
}

#[test]
fn without_a_terminal_a_set_is_printed_with_its_result() {
    let told = learn(&["3", "practice", "--seed", "0"]);
    assert_eq!(told.exit, 0, "{}", told.stderr);
    insta::assert_snapshot!("a_set", told.stdout);
    let rows = learn(&["7", "practice", "--seed", "0"]).stdout;
    insta::assert_snapshot!("a_set_of_rows", rows);
    // A folder's sets are of its wildcard.
    let own = learn(&[
        "assets/lessons/4-wildcards-in-the-middle",
        "practice",
        "--seed",
        "1",
    ]);
    assert!(
        own.stdout.contains("What takes the place of s3:*Tagging?"),
        "{}",
        own.stdout
    );
    let service = learn(&["practice", "sqs", "--seed", "3"]);
    assert!(service.stdout.contains("sqs:"), "{}", service.stdout);
}

#[test]
fn practice_that_cannot_be_is_told() {
    for (arguments, told) in [
        (
            &["practice", "nowhere"][..],
            "there is no service \"nowhere\" in the catalogue",
        ),
        (
            &["1", "practise"],
            "\"practise\" is not known behind a lesson\nhelp: write practice there",
        ),
        (&["1", "--seed", "3"], "--seed is about practice"),
        (&["--seed", "3"], "--seed is about practice"),
        (&["practice", "a2c"], "too few names that begin alike"),
    ] {
        let run = learn(arguments);
        assert_eq!(run.exit, 2, "{arguments:?} {}", run.stdout);
        assert!(run.stderr.contains(told), "{arguments:?} {}", run.stderr);
    }
}

#[test]
fn a_set_is_written_as_a_page_that_asks_about_the_steps() {
    let folder = folder();
    let page = |arguments: &[&str]| {
        let mut command = iam_refine();
        command.current_dir(folder.path()).arg("learn");
        command.args(arguments).args(["-o", "set.html"]).run()
    };
    let run = page(&["3", "practice", "--seed", "0"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let html = fs::read_to_string(folder.path().join("set.html")).unwrap();
    let set = Sets::of(Catalogue::built_in(), &[Subject::Siblings])
        .deal(0)
        .unwrap();
    let questions = Question::of(set.refining().unwrap().walk());
    assert!(questions.len() >= 3);
    assert_eq!(html.matches(" data-asked=").count(), questions.len());
    for question in &questions {
        let (sentence, facts) = (
            question.sentence(Names::Actions),
            question.facts(Names::Actions),
        );
        let asked = format!("data-asked=\"{sentence} {facts} What is written for it?\"");
        assert!(html.contains(&asked), "{asked}");
    }
    // A file that is there stays.
    assert_eq!(page(&["3", "practice", "--seed", "0"]).exit, 2);
    fs::remove_file(folder.path().join("set.html")).unwrap();
    for (arguments, told) in [
        (
            &["3"][..],
            "-o writes a set to practise on, and a lesson is asked for",
        ),
        (
            &["test"],
            "-o writes a set to practise on, and a test is asked for",
        ),
        (
            &["try", "s3:Get*"],
            "-o writes a set to practise on, and a wildcard to play with is asked for",
        ),
        (
            &["7", "practice", "--seed", "0"],
            "these sets have no steps to show on a page: no wildcard is refined in them\nhelp: take sets in which one \
             is: `iam-refine learn 1 practice`",
        ),
        (
            &["3", "practice", "--seed", "3"],
            "the set of seed 3 has no steps to show on a page: no wildcard is refined in it\nhelp: take another seed: \
             `iam-refine learn 3 practice --seed 6`",
        ),
    ] {
        let run = page(arguments);
        assert_eq!(run.exit, 2, "{}", run.stdout);
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
    // Without a seed one is taken that has steps.
    let run = page(&["3", "practice"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
}
