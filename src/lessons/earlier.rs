//! What earlier versions saved of a question: what was answered, which is judged when it is read.

use serde::{Deserialize, Serialize};

use super::asked::CaseQuestion;
use super::predict::{Answer, Question, Said};
use super::reply::Reply;

/// What an earlier version saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Earlier {
    /// What was said of a prefix.
    Answer(EarlierAnswer),
    /// It was right, but pointed at an action that decides nothing.
    NoWitness,
    /// What was chosen in a case, by its number counted from 0.
    Chosen(usize),
    /// What was chosen wrongly of what could stand for a safe prefix, by its number.
    OtherRest(usize),
}

/// What was said of a prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EarlierAnswer {
    /// Safe, and no unused action starts with it.
    NoneStarts,
    /// Safe, with something else behind it than what is left of the wildcard.
    OtherRest,
    /// What may be right.
    #[serde(untagged)]
    Answer(Answer),
}

/// What is said of an answer whose words are not known any more.
const OTHER_REST: &str = "safe, with something else behind it";

impl Earlier {
    /// What came of a question about a prefix.
    pub(super) fn of_prefix(&self, question: &Question) -> Reply {
        let said = match self {
            Earlier::Answer(EarlierAnswer::Answer(answer)) if *answer == question.answer => {
                return Reply::AtOnce;
            }
            Earlier::Answer(EarlierAnswer::Answer(answer)) => Said::Answer(*answer).to_string(),
            Earlier::Answer(EarlierAnswer::NoneStarts) => Said::NoneStarts.to_string(),
            Earlier::Answer(EarlierAnswer::OtherRest) => OTHER_REST.to_owned(),
            Earlier::OtherRest(rest) => match question.rests.get(*rest) {
                Some(entry) => Said::Entry(entry.clone()).to_string(),
                None => OTHER_REST.to_owned(),
            },
            Earlier::NoWitness => "this, by an action that does not decide it".to_owned(),
            Earlier::Chosen(_) => return Reply::Passed,
        };
        Reply::Wrong(said)
    }

    /// What came of the question of a case.
    pub(super) fn of_case(&self, question: &CaseQuestion) -> Reply {
        match self {
            Earlier::Chosen(choice) if *choice == question.row.right => Reply::AtOnce,
            Earlier::Chosen(choice) => {
                Reply::Wrong(question.choices.get(*choice).cloned().unwrap_or_default())
            }
            Earlier::Answer(_) | Earlier::NoWitness | Earlier::OtherRest(_) => Reply::Passed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::{Cases, Replies, Score, built_in_lessons};
    use serde_json::{Value, json};

    /// `saved` as what came of one question.
    fn replies(key: &str, saved: &Value) -> Replies {
        serde_json::from_value(json!({ key: saved })).expect("it is read")
    }

    #[test]
    fn an_answer_about_a_prefix_is_judged_when_it_is_read() {
        let lesson = built_in_lessons().expect("lessons").swap_remove(3);
        let questions = Question::of(&lesson.walk());
        let question = questions
            .iter()
            .find(|question| question.answer == Answer::SafeStar && !question.rests.is_empty());
        let question = question.expect("one with several entries");
        let right = question.rest.expect("a right one");
        let other = (right + 1) % question.rests.len();
        let said = |words: &str| Some(Reply::Wrong(words.to_owned()));
        let cases = [
            (json!({"answer": "safe-star"}), Some(Reply::AtOnce)),
            (
                json!({"answer": "own-name"}),
                said("unsafe, and it stays itself"),
            ),
            (
                json!({"answer": "none-starts"}),
                said("safe, as none starts with it"),
            ),
            (json!({"answer": "other-rest"}), said(OTHER_REST)),
            (
                json!({"other-rest": other}),
                said(&format!("safe: {}", question.rests[other])),
            ),
            (json!({"other-rest": 99}), said(OTHER_REST)),
            (
                json!("no-witness"),
                said("this, by an action that does not decide it"),
            ),
            (json!("later"), Some(Reply::Later)),
            (json!("passed"), Some(Reply::Passed)),
        ];
        for (saved, reply) in cases {
            let replies = replies(&question.prefix, &saved);
            let quiz = lesson.quiz(&replies).expect("questions");
            let (_, read) = quiz.shown_at(question.step).unzip();
            assert_eq!(read, reply.as_ref(), "{saved}");
            let is_passed = reply == Some(Reply::Passed);
            assert_eq!(
                Score::of(&lesson, &replies).answered,
                usize::from(!is_passed)
            );
            // Where it is not answered anew, it is saved as it was.
            assert_eq!(
                serde_json::to_value(&replies).expect("JSON")[&question.prefix],
                saved
            );
        }
    }

    #[test]
    fn a_number_that_was_chosen_in_a_case_is_judged_when_it_is_read() {
        let lesson = built_in_lessons().expect("lessons").swap_remove(4);
        let mut cases = lesson.cases().iter().enumerate();
        let asked = cases.find_map(|(at, case)| {
            let question = case
                .question
                .as_ref()
                .filter(|question| !question.is_example)?;
            Some((at, question))
        });
        let (at, question) = asked.expect("a question");
        let key = format!("{} {}", question.rule.title, question.row.what);
        for (choice, words) in question.choices.iter().enumerate() {
            let cases = Cases::with(lesson.cases(), &replies(&key, &json!({"chosen": choice})));
            let reply = match choice == question.row.right {
                true => Reply::AtOnce,
                false => Reply::Wrong(words.clone()),
            };
            assert_eq!(cases.reply_at(at), Some(&reply));
            assert_eq!(cases.score().answered, 1);
        }
    }
}
