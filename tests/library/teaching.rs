//! What teaching says is true: every sentence is taken apart and held against plain string tests.

mod world;

use iam_refine::explain::{Grouping, Names, Narration, Outline, RuleLine, Walkthrough};
use iam_refine::iam::starts_with_ignoring_case;
use iam_refine::lessons::{Answer, Choice, Question, Quiz, Reply, Said};
use iam_refine::refine::{Curation, EntryOutcome, Granularity};
use proptest::prelude::*;
use world::{World, article, world};

/// The text between two others; none when either is missing.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

/// The word or number before `mark`.
fn word_before<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    text.split_once(mark)?.0.rsplit([' ', ':']).next()
}

/// The prefix that a sentence speaks of.
fn subject(sentence: &str) -> &str {
    match sentence.split_once(" is ").unwrap().0 {
        "The empty prefix" => "",
        whole if whole.starts_with("All of ") => "",
        prefix => prefix,
    }
}

/// Checks all that a sentence says of unused actions.
fn check_verdict(world: &World, sentence: &str) {
    let prefix = subject(sentence);
    let starting = world.unused_starting_with(prefix);
    let (_, verdict) = sentence.split_once(" is ").unwrap();
    assert_eq!(
        verdict.starts_with("unsafe"),
        !starting.is_empty(),
        "{sentence}"
    );
    assert_eq!(
        verdict.starts_with("safe"),
        starting.is_empty(),
        "{sentence}"
    );
    let count = between(sentence, "unsafe: ", " unused actions")
        .or(between(sentence, "beneath it: ", " unused actions"))
        .or(between(sentence, "unsafe: ", " of its actions are unused"));
    if let Some(count) = count {
        assert_eq!(count.parse(), Ok(starting.len()), "{sentence}");
        let named = between(sentence, ", ", " for one").unwrap();
        assert!(starting.contains(&named.to_owned()), "{sentence}");
        // Letters and trie count alike, or it is said how many the trie counts.
        let beneath = world.beneath(prefix);
        let beneath = beneath.iter().filter(|name| world.is_unused(name)).count();
        let told = between(sentence, "for one; ", " of them lie");
        let is_other = beneath != starting.len() && beneath > 0;
        assert_eq!(
            told,
            is_other.then_some(&*beneath.to_string()),
            "{sentence}"
        );
    } else if !starting.is_empty() {
        let only = match word_before(sentence, " starts with it") {
            None if sentence.contains("it is itself an action, and unused") => prefix,
            None | Some("and" | "unused") => word_before(sentence, " is unused").unwrap(),
            Some(name) => name,
        };
        assert_eq!(starting.len(), 1, "{sentence}");
        assert!(starting[0].eq_ignore_ascii_case(only), "{sentence}");
    }
    let by_case = starting.iter().any(|name| !name.starts_with(prefix));
    let says_case = sentence.contains("(upper and lower case are the same to AWS)");
    let is_itself = sentence.contains("it is itself an action");
    assert_eq!(
        says_case,
        by_case && !is_itself && !prefix.is_empty(),
        "{sentence}"
    );
    let beneath = world.beneath(prefix);
    let trap = beneath.iter().all(|name| !world.is_unused(name)) && !starting.is_empty();
    assert_eq!(
        sentence.contains("although nothing unused lies beneath"),
        trap,
        "{sentence}"
    );
    let nothing_stays = beneath.iter().all(|name| world.is_unused(name));
    assert_eq!(
        sentence.contains("nothing is written"),
        nothing_stays,
        "{sentence}"
    );
    if sentence.contains("Nothing else lies beneath it") {
        assert_eq!(beneath.len(), 1, "{sentence}");
    }
    if let Some(name) = between(sentence, "Only ", " lies beneath") {
        assert_eq!(beneath, [name], "{sentence}");
    }
    if sentence.contains("nothing else lies beneath") {
        assert!(matches!(&*beneath, [own] if own.eq_ignore_ascii_case(prefix)));
    }
    if let Some(own) = word_before(sentence, " itself stays") {
        assert!(
            own.eq_ignore_ascii_case(prefix) && beneath.contains(&own.to_owned()),
            "{sentence}"
        );
    }
    let shorter = sentence
        .contains("the empty prefix is unsafe")
        .then_some("");
    if let Some(shorter) = between(sentence, "the shorter ", " is unsafe").or(shorter) {
        assert!(shorter.len() < prefix.len() && starts_with_ignoring_case(prefix, shorter));
        assert!(
            !world.unused_starting_with(shorter).is_empty(),
            "{sentence}"
        );
    }
}

/// Checks that a sentence names exactly what the step emits, and what it grants.
fn check_emitted(world: &World, walk: &Walkthrough, step: usize, sentence: &str) {
    let emitted = walk.emitted_at(step);
    let words: Vec<&str> = sentence
        .split(|c: char| c.is_whitespace() || ",:;.".contains(c))
        .collect();
    for new in emitted {
        let name = new.entry.name().to_string();
        assert!(words.contains(&name.as_str()), "{name} in {sentence}");
        assert!(
            world
                .matched(&name)
                .iter()
                .all(|name| !world.is_unused(name))
        );
    }
    let says_so = ["written and grants", "which are written", "in full"];
    let says_so = says_so.iter().any(|words| sentence.contains(words));
    assert_eq!(says_so, !emitted.is_empty(), "{sentence}");
    if let Some(count) = between(sentence, " is written and grants ", " action") {
        let entry = word_before(sentence, " is written").unwrap();
        assert_eq!(count.parse(), Ok(world.matched(entry).len()), "{sentence}");
    }
    if let Some(wildcard) = word_before(sentence, " would also grant") {
        assert!(wildcard.contains(['*', '?']), "{sentence}");
    }
}

fn check_children(walk: &Walkthrough, world: &World, sentence: &str) {
    let said = match between(sentence, "Its ", " child") {
        None => return,
        Some("one") => 1,
        Some(count) => count.parse().unwrap(),
    };
    let prefix = subject(sentence);
    let root = walk.plan().old.name().literal_prefix().len();
    let mut next: Vec<String> = world
        .beneath(prefix)
        .iter()
        .filter_map(|name| {
            let mut cuts = walk.trie().granularity().cuts(name, root);
            let cut = cuts.find(|&cut| cut > prefix.len())?;
            Some(name[..cut].to_ascii_lowercase())
        })
        .collect();
    next.sort();
    next.dedup();
    assert_eq!(said, next.len(), "{sentence}");
}

/// Checks that the parts say what the sentences do.
fn check_parts(told: &Narration) {
    let (verdict, sentence) = (&told.verdict, &told.sentence);
    assert!(sentence.starts_with(&verdict.found), "{sentence}");
    let line = verdict.line("\u{2192}");
    for entry in &verdict.written {
        assert!(line.contains(entry) && sentence.contains(entry), "{line}");
    }
    assert_eq!(
        sentence.contains("nothing is written"),
        line.ends_with(" nothing"),
        "{line}"
    );
    assert_eq!(
        sentence.contains("next."),
        line.ends_with(" next"),
        "{line}"
    );
    // The reason is what the sentences begin with, and no more than one sentence.
    let why = sentence.split_once(": ").expect(sentence).1;
    let why = why.split(['.', ',']).next().unwrap_or_default();
    for reason in [&told.reason, &told.short_reason] {
        assert!(
            reason.to_lowercase().starts_with(&why.to_lowercase()),
            "{reason}"
        );
        assert_eq!(reason.matches(". ").count(), 0, "{reason}");
        assert!(reason.ends_with('.'), "{reason}");
    }
    assert!(told.reason.len() >= told.short_reason.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn every_sentence_is_true(world in world()) {
        let walk = world.walk();
        for step in 0..walk.steps().len() {
            let told = walk.narration(step);
            check_verdict(&world, &told.sentence);
            check_emitted(&world, &walk, step, &told.sentence);
            check_children(&walk, &world, &told.sentence);
            check_parts(&told);
            let is_safe = !told.sentence.contains(" is unsafe: ") && !told.sentence.contains(" is unsafe although");
            let decides = world.unused_starting_with(subject(&told.sentence));
            let first = decides.into_iter().min_by_key(|name| name.to_ascii_lowercase());
            let deciding = told.deciding.map(|action| action.name.to_string());
            let is_undecided = first.is_none();
            prop_assert_eq!(deciding, first, "{}", told.sentence);
            prop_assert_eq!(is_safe, is_undecided);
            prop_assert_eq!(is_safe, matches!(told.line, RuleLine::ItsName | RuleLine::PrefixStar));
        }
    }

    #[test]
    fn playing_all_steps_emits_the_wildcards_own_list(world in world()) {
        let walk = world.walk();
        let played: Vec<_> = walk.result_after(walk.steps().len()).into_iter().cloned().collect();
        match &walk.plan().outcome {
            EntryOutcome::Narrowed(entries) => prop_assert_eq!(&played, entries),
            _ => prop_assert!(played.is_empty()),
        }
    }
}

/// What someone answers who knows the facts of a question, and the names that stay.
fn from_the_facts(question: &Question, world: &World) -> Answer {
    let itself = world.matched(&question.prefix);
    let itself_stays = itself.iter().any(|name| !world.is_unused(name));
    let is_after = |action: &iam_refine::iam::Action| action.name.starts_with(&question.prefix);
    if question.after.as_ref().is_some_and(is_after) {
        if itself_stays {
            Answer::OwnName
        } else if world
            .beneath(&question.prefix)
            .iter()
            .all(|name| world.is_unused(name))
        {
            Answer::NothingStays
        } else {
            Answer::Unsafe
        }
    } else if question.beneath == 1 {
        Answer::SafeName
    } else {
        Answer::SafeStar
    }
}

/// Checks which answers are right, and that nothing is said of a wrong one that is not so.
fn check_answers(question: &Question, world: &World, walk: &Walkthrough) {
    let unused = world
        .matched("*")
        .into_iter()
        .filter(|name| world.is_unused(name));
    let mut unused: Vec<String> = unused.collect();
    unused.sort_by_key(|name| name.to_ascii_lowercase());
    let asked: Vec<String> = question.unused.iter().map(ToString::to_string).collect();
    assert_eq!(asked, unused);
    for name in &question.unused {
        let starts = starts_with_ignoring_case(name.as_str(), &question.prefix);
        let said = Said::Starts(name.clone());
        assert_eq!(question.is_right(&said), starts, "{question:?} {name}");
        let told = question.look_again(&said, Names::Actions);
        assert!(starts || told.contains(" does not start with "), "{told}");
    }
    let is_safe = !question.answer.says_unsafe();
    assert_eq!(question.is_right(&Said::NoneStarts), is_safe);
    if !is_safe {
        let told = question.look_again(&Said::NoneStarts, Names::Actions);
        let start = between(&told, " with ", ": read on").expect(&told);
        assert!(question.prefix.starts_with(start), "{told}");
        let so: Vec<&String> = (unused.iter())
            .filter(|name| starts_with_ignoring_case(name, start))
            .collect();
        assert!(
            !so.is_empty() && so.iter().take(1).all(|name| told.contains(*name)),
            "{told}"
        );
    }
    // One of what can be chosen then is right; of what is said to the others nothing is about the first half.
    let (right, wrong): (Vec<Choice>, Vec<Choice>) =
        (question.choices(is_safe).into_iter()).partition(|choice| question.is_right(&choice.said));
    assert_eq!(right.len(), 1, "{question:?}");
    assert_eq!(right[0].said, question.right());
    for choice in wrong {
        let told = question.look_again(&choice.said, Names::Actions);
        assert!(!told.contains("Go through"), "{choice:?}: {told}");
        assert!(
            is_safe || !told.contains("It is safe"),
            "{choice:?}: {told}"
        );
    }
    if !question.rests.is_empty() && question.answer == Answer::SafeStar {
        let emitted = walk.emitted_at(question.step);
        assert_eq!(
            question.rests[question.rest.expect("one is right")],
            emitted[0].entry.name().to_string()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn questions_are_answered_by_what_they_show(world in world()) {
        let walk = world.walk();
        let questions = Question::of(&walk);
        prop_assert!(questions.len() <= 6);
        prop_assert!(questions.is_sorted_by_key(|question| question.step));
        for question in &questions {
            prop_assert_eq!(question.answer, from_the_facts(question, &world));
            check_answers(question, &world, &walk);
            let unused = !world.unused_starting_with(&question.prefix).is_empty();
            prop_assert_eq!(question.answer.says_unsafe(), unused);
            prop_assert_eq!(question.beneath, world.beneath(&question.prefix).len());
            let trap = unused && !world.beneath(&question.prefix).iter().any(|n| world.is_unused(n));
            prop_assert_eq!(question.is_sibling_trap, trap);
            prop_assert_eq!(&question.explanation, &walk.narration(question.step).sentence);
            for shown in question.before.iter().chain(&question.after) {
                prop_assert!(world.is_unused(shown.name.as_str()));
            }
        }
        let asks_a_trap = questions.iter().any(|question| question.is_sibling_trap);
        let is_trap = |step| walk.narration(step).sentence.contains(" although nothing unused");
        let has_trap = (1..walk.steps().len()).any(is_trap);
        prop_assert_eq!(asks_a_trap, has_trap);
    }
}

/// Pairs of names, some of them unused as a whole, and one that stays.
fn world_of_pairs() -> World {
    let names = [
        "GetAOne", "GetATwo", "GetBOne", "GetBTwo", "GetCOne", "GetCTwo", "GetDOne",
    ];
    World::new("t:Get*", &names, &names[..6])
}

#[test]
fn what_was_right_at_once_twice_is_not_asked_any_more() {
    let walk = world_of_pairs().walk();
    let questions = Question::of(&walk);
    let alike: Vec<&Question> = questions
        .iter()
        .filter(|question| question.answer == Answer::NothingStays)
        .collect();
    let [first, second, third] = alike.as_slice() else {
        panic!("{questions:?}");
    };
    let point = |quiz: &mut Quiz, question: &Question| {
        let said = Said::Starts(question.unused[question.near].clone());
        quiz.answer(question.step, &said, Names::Actions);
    };
    let choose = |quiz: &mut Quiz, question: &Question, answer: Answer| {
        quiz.answer(question.step, &Said::Answer(answer), Names::Actions);
    };
    let mut quiz = Quiz::new(&walk);
    for question in [first, second] {
        point(&mut quiz, question);
        assert_eq!(quiz.shown_at(question.step), None);
        choose(&mut quiz, question, Answer::NothingStays);
    }
    // The third one is answered by its first half, and counts as those before.
    let before = quiz.score();
    point(&mut quiz, third);
    let (_, reply) = quiz.shown_at(third.step).expect("it is told");
    assert_eq!(*reply, Reply::AtOnce);
    let after = quiz.score();
    assert_eq!((after.right, after.all), (before.right + 1, before.all));
    // What took two answers is asked on.
    let mut quiz = Quiz::new(&walk);
    for question in [first, second] {
        point(&mut quiz, question);
        choose(&mut quiz, question, Answer::OwnName);
        choose(&mut quiz, question, Answer::NothingStays);
    }
    point(&mut quiz, third);
    assert_eq!(quiz.shown_at(third.step), None);
    // What was right elsewhere in the lesson counts too.
    let mut quiz = Quiz::new(&walk);
    quiz.set_known(vec![Answer::NothingStays, Answer::NothingStays]);
    point(&mut quiz, first);
    assert!(quiz.shown_at(first.step).is_some());
}

#[test]
fn the_articles_questions_are_of_every_kind() {
    let questions = Question::of(&article("s3:Get*"));
    let told: Vec<String> = questions
        .iter()
        .map(|q| {
            let name = |a: &Option<iam_refine::iam::Action>| match a {
                Some(action) => action.name.to_string(),
                None => "none".to_owned(),
            };
            let (before, after) = (name(&q.before), name(&q.after));
            format!(
                "{}: {} beneath, unused {before} {after}: {}",
                q.prefix,
                q.beneath,
                q.answer.as_str(),
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_articles_steps_read_like_this() {
    let walk = article("s3:Get*");
    let told: Vec<String> = (0..walk.steps().len())
        .map(|step| {
            format!(
                "{:?}: {}",
                walk.narration(step).line,
                walk.narration(step).sentence
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn marks_keeps_and_whole_services_are_told() {
    let mut told = Vec::new();
    for world in World::odd_ones() {
        let walk = world.walk();
        told.push(format!(
            "-- {}",
            iam_refine::explain::outcome_sentence(&walk, None)
        ));
        told.extend((0..walk.steps().len()).map(|step| walk.narration(step).sentence));
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn with_marks_and_keeps_all_steps_emit_the_wildcards_own_list_too() {
    for world in World::odd_ones() {
        let walk = world.walk();
        let played = walk.result_after(walk.steps().len());
        let planned = walk.plan().replacements().unwrap_or_default();
        let planned: Vec<_> = planned.iter().collect();
        assert_eq!(played, planned, "{}", world.pattern);
    }
}

#[test]
fn only_siblings_of_which_nothing_stays_share_a_row() {
    let names = ["GetAOne", "GetATwo", "GetB", "GetC", "GetDOne"];
    let world = World::new("t:Get*", &names, &["GetATwo", "GetB", "GetC"]);
    let walk = world.walk();
    let labels = |runs| {
        let outline = Outline::new(&walk, walk.steps().len(), runs);
        let rows = outline.rows.iter();
        rows.map(|row| format!("{} {}", row.depth, row.full_label()))
            .collect::<Vec<_>>()
    };
    let joined = ["0 t:Get", "1 A", "2 One", "2 Two", "1 B and 1 more", "1 D"];
    assert_eq!(labels(Grouping::Joined), joined);
    let apart = ["0 t:Get", "1 A", "2 One", "2 Two", "1 B", "1 C", "1 D"];
    assert_eq!(labels(Grouping::Apart), apart);
}

#[test]
fn nothing_is_walked_where_nothing_goes() {
    let world = World::new("t:List*", &["ListRole"], &[]);
    assert!(world.walk().steps().is_empty());
    let literal = "t:ListRole".parse().unwrap();
    let universe = world.universe();
    let walk = Walkthrough::new(&literal, &universe, Curation::NONE, Granularity::Word);
    assert!(walk.steps().is_empty());
}
