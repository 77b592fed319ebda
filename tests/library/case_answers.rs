//! How the questions of cases are answered: by a fact that decides them, or by entries that are typed.

use std::collections::BTreeSet;

use iam_refine::iam::{Action, Glob};
use iam_refine::lessons::{
    AnswerBy, CaseAnswer, CaseQuestion, Fact, Facts, Lesson, WordList, built_in_lessons,
};
use iam_refine::refine::Granularity;
use iam_refine::text::Source;

use crate::choosing::{POLICY, lesson_on};

/// The kind of each fact, by its first words, and what it is of.
fn fact<'f>(facts: &'f Facts, start: &str, of: &str) -> &'f Fact {
    let mut rows = facts.rows.iter();
    let found = rows.find(|fact| fact.known.contains(start) && fact.of == of);
    found.unwrap_or_else(|| panic!("{start} {of}: {:?}", facts.lines()))
}

/// The line that decides why an action is granted still is the one that says what the answer says; where none does,
/// saying so is right, and nothing else.
#[test]
fn the_fact_that_decides_says_what_the_answer_says() {
    let mut seen = BTreeSet::new();
    let lesson = built_in_lessons().expect("lessons").swap_remove(4);
    for case in lesson.cases() {
        let Some(question) = &case.question else {
            continue;
        };
        let AnswerBy::Fact(facts) = &question.answer_by else {
            continue;
        };
        let action: Action = question.row.what.parse().expect("an action");
        let name = action.name.to_string();
        let says = match question.right() {
            "newer" => fact(facts, "AWS added on", &name),
            "untracked" => fact(facts, "AWS does not track", &name),
            "elsewhere" => fact(facts, "reports.json allows", "s3:*Website"),
            "gone" => fact(facts, "names", &name),
            _ => {
                assert_eq!(question.against(facts.none), None);
                assert!(facts.rows.iter().all(|fact| fact.against.is_some()));
                seen.insert(question.right().to_owned());
                continue;
            }
        };
        seen.insert(question.right().to_owned());
        assert_eq!(facts.deciding().map(|at| &facts.rows[at]), Some(says));
        assert!(question.against(facts.none).is_some());
        for (at, fact) in facts.rows.iter().enumerate() {
            let words = question.words(&CaseAnswer::Fact(Some(at))).expect("words");
            assert_eq!(question.against(&words), fact.against);
            assert_eq!(fact.against.is_none(), fact == says, "{words}");
            // What is said of another action is no reason.
            if let Some(against) = fact.against.as_ref().filter(|_| fact.of != name) {
                assert!(against.contains(&name), "{against}");
                let is_of_action = !fact.known.contains("allows");
                assert_eq!(against.contains(&fact.of), is_of_action, "{against}");
            }
        }
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
}

/// A finding that names an action decides that it is gone.
#[test]
fn what_the_finding_names_and_nothing_else_grants_is_decided_by_the_finding() {
    let policy = POLICY.replace("\"ec2:DeregisterImage\"", "\"s3:GetObject\"");
    let policy = policy.replace("iam:*", "ec2:Dereg*");
    let lesson = lesson_on("why = \"ec2:DeregisterImage\"", &policy).expect("a lesson");
    let question = lesson.cases()[0].question.as_ref().expect("a question");
    assert_eq!(question.right(), "gone");
    let AnswerBy::Fact(facts) = &question.answer_by else {
        panic!("{:?}", question.answer_by);
    };
    let says = fact(facts, "the finding names", "DeregisterImage");
    assert_eq!(says.against, None);
    assert!(
        fact(facts, "allows all but", "ec2:Dereg*")
            .against
            .is_some()
    );
}

/// The question of a built-in lesson about this.
fn question<'l>(lessons: &'l [Lesson], number: usize, what: &str) -> &'l CaseQuestion {
    let cases = lessons[number - 1].cases().iter();
    let mut questions = cases.filter_map(|case| case.question.as_ref());
    let found = questions.find(|question| question.row.what == what);
    found.unwrap_or_else(|| panic!("no question on {what}"))
}

/// What speaks against entries that are typed.
fn judged(question: &CaseQuestion, typed: &str) -> Option<String> {
    let words = question.words(&CaseAnswer::Entries(typed.to_owned()));
    question.against(&words.expect("words"))
}

/// One question of each kind that is answered by typing.
fn asked(lessons: &[Lesson]) -> [&CaseQuestion; 4] {
    [
        question(lessons, 1, "s3:Delete* on 7 names"),
        question(lessons, 4, "PutTag of *Tagging"),
        question(lessons, 6, "DeleteAcmeEndpoint, character"),
        question(lessons, 7, "DeleteSnapshot"),
    ]
}

/// What is typed is judged by what it grants, in whatever order and case, with its service or without.
#[test]
fn what_is_typed_is_judged_by_what_it_grants() {
    let lessons = built_in_lessons().expect("lessons");
    let [result, rest, cut, appended] = asked(&lessons);
    let right = [
        (
            result,
            "DeleteAccess* DeleteBucket DeleteBucketWebsite DeleteObject*",
        ),
        (
            result,
            "deleteobject*, s3:DeleteBucket, deleteaccess* deletebucketwebsite",
        ),
        (rest, "PutTag*Tagging PutTagging"),
        (rest, "s3:puttagging, PutTag*Tagging"),
        (cut, "DeleteA*"),
        (cut, " acm:deletea* "),
        (appended, "ec2:DeleteSnapshot"),
        (question(&lessons, 7, "SendMessage"), "SQS:*"),
    ];
    for (question, typed) in right {
        assert_eq!(judged(question, typed), None, "{typed}");
    }
    assert_eq!(judged(cut, "\"DeleteA*\""), None);
}

/// What speaks against what is typed says what is wrong with it.
#[test]
fn what_speaks_against_what_is_typed_is_what_is_wrong_with_it() {
    let lessons = built_in_lessons().expect("lessons");
    let [result, rest, cut, appended] = asked(&lessons);
    let wrong = [
        (
            result,
            "DeleteAccess* DeleteBucket* DeleteObject*",
            "DeleteBucketPolicy",
        ),
        (
            result,
            "DeleteAccess* DeleteBucket DeleteObject*",
            "DeleteBucketWebsite",
        ),
        (result, "DeleteA* DeleteBucket", "the middle of a word"),
        (result, "Delete Access", "Delete"),
        (result, "-", "DeleteAccessPoint"),
        (rest, "PutTag*Tagging", "would not grant PutTagging"),
        (rest, "PutTag*", "would grant a name like PutTagOther"),
        (rest, "PutTagging", "is one name"),
        (rest, "*Tagging", "is not for names that begin with PutTag"),
        (
            rest,
            "PutTagging PutTagTagging",
            "Nothing here would grant PutTagOtherTagging",
        ),
        (rest, "-", "Nothing here would grant"),
        (cut, "De*", "would grant DeleteCertificate"),
        (cut, "DeleteAc*", "is there no shorter prefix"),
        (cut, "DeleteB*", "does not grant DeleteAcmeEndpoint"),
        (cut, "DeleteA* Delete*", "One entry stands for"),
        (
            cut,
            "DeleteAcmeEn*",
            "a star for one lets in only what AWS adds",
        ),
        (cut, "*leteAcme*", "a prefix and a star"),
        (appended, "-", "it would stay granted"),
        (appended, "sqs:*", "it would stay granted"),
        (appended, "ec2:DeleteS*", "away too, which is not reported"),
    ];
    for (question, typed, told) in wrong {
        let against = judged(question, typed).unwrap_or_default();
        assert!(against.contains(told), "{typed}: {against}");
    }
    for typed in ["nothing", "Nothing", "NONE", " - "] {
        let against = judged(appended, typed).unwrap_or_default();
        assert!(
            against.contains("it would stay granted"),
            "{typed}: {against}"
        );
    }
    // Kept in its words, it says the same when it is read again.
    assert_eq!(rest.against("PutTag*"), judged(rest, "PutTag*"));
}

/// What can be no answer is none.
#[test]
fn a_slip_is_no_answer() {
    let lessons = built_in_lessons().expect("lessons");
    let [result, rest, cut, appended] = asked(&lessons);
    for (question, typed, told) in [
        (
            cut,
            "s3:DeleteA*",
            "s3:DeleteA* is of another service than acm",
        ),
        (cut, "é", "\"é\" is not an entry"),
        (cut, "DeleteA* x:y:z", "\"x:y:z\" is not an entry"),
        (
            rest,
            "ec2:PutTag*",
            "ec2:PutTag* is of another service than s3",
        ),
        (appended, "DeleteSnapshot", "with its service"),
        (appended, "ec2:Delete Snapshot", "with its service"),
        (result, "DeleteA* :", "\":\" is not an entry"),
    ] {
        let slip = question.slip(typed).unwrap_or_default();
        assert!(slip.contains(told), "{typed}: {slip}");
    }
    for (question, typed) in [
        (cut, "acm:D*"),
        (rest, "-"),
        (appended, "sqs:*"),
        (result, "x*"),
    ] {
        assert_eq!(question.slip(typed), None, "{typed}");
    }
}

/// Why nothing can be asked about what is left is said as it is.
#[test]
fn why_it_is_not_asked_what_is_left_is_what_is_left() {
    for (behind, of, told) in [
        (
            "GetObject",
            "s3:Get*Tag*",
            "more than one thing can be left of s3:Get*Tag*: *Tag* and ag*",
        ),
        (
            "PutObject",
            "s3:Get*Tag*",
            "no name that s3:Get*Tag* grants begins with PutObject",
        ),
        ("GetTag", "s3:GetTag", "no star of s3:GetTag is left"),
        (
            "GetObject",
            "s3:Get*",
            "nothing but the star of s3:Get* can be left",
        ),
    ] {
        let refused = lesson_on(&format!("behind = \"{behind}\"\nof = \"{of}\""), POLICY);
        let refused = refused.expect_err("refused").to_string();
        assert!(refused.contains(told), "{refused}");
    }
}

/// What is said of an entry behind a prefix is what it grants: that it is the same is said only where it is.
#[test]
fn what_is_said_of_an_entry_behind_a_prefix_is_what_it_grants() {
    let lessons = built_in_lessons().expect("lessons");
    let cases = lessons[3].cases().iter();
    let questions = cases.filter_map(|case| case.question.as_ref());
    let mut seen = BTreeSet::new();
    for question in questions {
        let (prefix, wildcard) = question.row.what.split_once(" of ").expect("both");
        let wildcard = Glob::parse(wildcard).expect("a wildcard");
        let right = question.right().replace(" and ", " ");
        let ends = [
            "",
            "*",
            "g",
            "*g",
            "*Tag",
            "*Tag*",
            "*Tagging",
            "**Tagging",
            "ging",
            "*x*",
            "?*",
        ];
        for one in ends {
            for other in ends {
                let typed = format!("{prefix}{one} {prefix}{other}");
                let Some(against) = question.against(&typed) else {
                    continue;
                };
                let globs =
                    |text: &str| -> Vec<Glob> { text.split(' ').filter_map(Glob::parse).collect() };
                let is_within = |inner: &[Glob], outer: &[Glob]| {
                    let outer: Vec<&Glob> = outer.iter().collect();
                    inner.iter().all(|glob| glob.inclusion_in(&outer).holds())
                };
                let (typed, right) = (globs(&typed), globs(&right));
                let is_same = is_within(&typed, &right) && is_within(&right, &typed);
                assert_eq!(
                    against.contains("That grants what"),
                    is_same,
                    "{typed:?} {against}"
                );
                if let Some((_, name)) = against.split_once("a name like ") {
                    let name = name.split(',').next().expect("a name");
                    assert!(!wildcard.matches(name), "{against}");
                    assert!(typed.iter().any(|glob| glob.matches(name)), "{against}");
                }
                let kind = against.split_whitespace().find(|word| word.len() > 4);
                seen.extend(kind.map(str::to_owned));
            }
        }
    }
    assert!(seen.len() > 3, "{seen:?}");
}

/// What a walk gains is told of actions, whose characters AWS counts, and not of words.
#[test]
fn what_a_walk_gains_is_told_of_actions_alone() {
    let lessons = built_in_lessons().expect("lessons");
    let gain = lessons[0].gain().expect("it gains");
    let told = "7 entries with 134 characters do what 36 names with 1,076 would.";
    assert_eq!(gain, told);
    let list = |text: &str| WordList::read(&Source::from_text("words", text)).expect("words");
    let (words, unused) = (list("GetCar\nGetCarPark\nGetDog"), list("GetDog"));
    let lesson = Lesson::of_words(&words, &unused, Some(Granularity::Word)).expect("a lesson");
    assert_eq!(lesson.gain(), None);
}
