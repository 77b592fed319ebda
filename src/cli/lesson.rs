//! A lesson: something to watch, to predict and to put right, and what to take along.

use std::sync::Arc;

use serde::Deserialize;

use super::exit::Failure;
use crate::catalogue::Catalogue;
use crate::document::{Document, Json, Problems, Source};
use crate::findings::{Findings, MissingPages, Page};
use crate::iam::ActionPattern;
use crate::refine::Options;
use crate::review::{Case, Decision, LoadedPolicy, Review};

/// The lessons in their order, as they are written down.
const WRITTEN: [&str; 7] = [
    include_str!("../../assets/lessons/1-shortest-safe-prefixes.toml"),
    include_str!("../../assets/lessons/2-today.toml"),
    include_str!("../../assets/lessons/3-sibling-trap.toml"),
    include_str!("../../assets/lessons/4-wildcards-in-the-middle.toml"),
    include_str!("../../assets/lessons/5-what-findings-cannot-know.toml"),
    include_str!("../../assets/lessons/6-granularity.toml"),
    include_str!("../../assets/lessons/7-notaction-and-deny.toml"),
];

/// A lesson as it is written down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// What it is called.
    pub title: String,
    /// What is wrong at the start.
    pub wrong: String,
    /// What to watch.
    pub watch: String,
    /// The wildcard.
    pub pattern: String,
    catalogue: Actions,
    /// A list as in the article; the article's own when there is none.
    findings: Option<String>,
    /// The wildcard alone in a statement when there is none.
    policy: Option<String>,
    /// What to do.
    pub task: String,
    /// How it can be done.
    pub hint: String,
    /// What to take along.
    pub sentence: String,
    check: Check,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Actions {
    /// S3 as it was on the day of the article.
    #[serde(rename = "june-2024")]
    June2024,
    Today,
}

/// What has to hold when the task is done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    /// The new entries are these.
    #[serde(default)]
    entries: Vec<String>,
    /// These unused actions stay, by a mark with a reason.
    #[serde(default)]
    keeps: Vec<String>,
    /// No new entry has a star.
    #[serde(default)]
    without_stars: bool,
}

/// All lessons.
pub fn all() -> Result<Vec<Lesson>, Failure> {
    let lessons = WRITTEN.iter().map(|text| toml::from_str(text));
    let lessons: Result<Vec<Lesson>, _> = lessons.collect();
    Ok(lessons.map_err(anyhow::Error::from)?)
}

impl Lesson {
    /// The review that the lesson takes place in.
    pub fn review(&self) -> Result<Review, Problems> {
        let article = include_str!("../../assets/demo/findings.json");
        let findings = self.findings.as_deref().unwrap_or(article);
        let findings = Source::from_text("findings.json", findings);
        let page = Page::read(&findings, &Json::parse(&findings)?)?;
        let joined = Findings::join(vec![page], MissingPages::Refused)?;
        let findings = Findings::of_one_principal(joined)?
            .ok_or_else(|| Problems::from(findings.error("the findings are empty")))?;
        let policy = self.policy.clone().unwrap_or_else(|| {
            format!(
                r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "{}", "Resource": "*"}}]}}"#,
                self.pattern
            )
        });
        let policy = Document::parse(Source::from_text("policy.json", &policy))?;
        let catalogue = match self.catalogue {
            Actions::June2024 => Catalogue::s3_of_june_2024(),
            Actions::Today => Catalogue::built_in(),
        };
        Ok(Review::new(Case::new(
            vec![LoadedPolicy::bare(policy)],
            findings,
            Arc::clone(&catalogue),
            Options::default(),
        )))
    }

    /// What is not done yet, in a sentence; none when the task is done.
    pub fn missing(&self, review: &Review) -> Option<String> {
        let state = review.state();
        let place = state.places().next()?;
        let entry = state.entry(place)?;
        if entry.decision != Decision::Accepted {
            return Some(format!("{} is not accepted", self.pattern));
        }
        let new = entry.plan.replacements().unwrap_or_default();
        let new: Vec<&ActionPattern> = new.iter().map(|own| &own.entry).collect();
        for kept in &self.check.keeps {
            let action = kept.parse().ok()?;
            if !new.iter().any(|entry| entry.matches(&action)) {
                return Some(format!("{kept} does not stay"));
            }
            let reasons = entry.marks.iter().filter_map(|mark| mark.reason.as_ref());
            if reasons.filter(|reason| !reason.trim().is_empty()).count() == 0 {
                return Some(format!("it is not said why {kept} stays"));
            }
        }
        let names: Vec<String> = new.iter().map(ToString::to_string).collect();
        if self.check.without_stars && names.iter().any(|name| name.contains('*')) {
            return Some("an entry with a star is left".to_owned());
        }
        let wanted = &self.check.entries;
        (!wanted.is_empty() && names != *wanted)
            .then(|| format!("the entries are {}", names.join(" ")))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::refine::{Granularity, Mark, MarkKind, prefix_of};

    #[test]
    fn every_lesson_begins_undone_and_can_be_done() {
        for lesson in all().unwrap() {
            let mut review = lesson.review().unwrap();
            assert!(lesson.missing(&review).is_some(), "{}", lesson.title);
            let place = review.state().places().next().unwrap();
            let marks: Vec<Mark> = (lesson.check.keeps.iter())
                .map(|kept| Mark {
                    kind: MarkKind::Keep,
                    prefix: prefix_of(&kept.parse().unwrap()),
                    reason: Some("once a year".to_owned()),
                })
                .collect();
            if !marks.is_empty() {
                review.set_marks(place, marks);
            }
            if lesson.check.without_stars {
                review.set_granularity(place, Granularity::Name);
            }
            review.decide(&[place], Decision::Accepted);
            assert_eq!(lesson.missing(&review), None, "{}", lesson.title);
            assert!(review.is_proved());
        }
    }
}
