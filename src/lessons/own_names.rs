//! Steps on names that somebody gave, without a task behind them.

use std::sync::Arc;

use super::lesson::{Lesson, place_of};
use crate::catalogue::Catalogue;
use crate::explain::Names;
use crate::iam::{ActionPattern, ServicePrefix};
use crate::intake::{Intake, IntakeOptions};
use crate::refine::{Granularity, Options};
use crate::review::ReviewInput;
use crate::text::{Error, Source};

/// All names that there are, a wildcard that grants them, and which of them are unused.
pub(super) struct OwnNames<'a> {
    /// The wildcard, an entry of a policy.
    pub(super) wildcard: ActionPattern,
    /// The service before each name.
    pub(super) service: &'a ServicePrefix,
    pub(super) names: Vec<&'a str>,
    pub(super) unused: Vec<&'a str>,
    pub(super) granularity: Granularity,
    /// What the names and those that are unused are called in errors.
    pub(super) called: [&'a str; 2],
}

/// What is said of such steps.
pub(super) struct Said {
    pub(super) title: String,
    pub(super) wrong: String,
    pub(super) watch: String,
    /// What the names are called.
    pub(super) names: Names,
}

impl OwnNames<'_> {
    /// Their steps.
    ///
    /// # Errors
    /// Names that are none, and a wildcard that grants none of them.
    pub(super) fn lesson(&self, said: Said) -> Result<Lesson, Error> {
        let input = self.input()?;
        let place = place_of(&input, &self.wildcard);
        let place = place.ok_or_else(|| Error::new("there is nothing to play"))?;
        Ok(Lesson {
            title: said.title,
            wrong: said.wrong,
            watch: said.watch,
            task: None,
            input: Arc::new(input),
            place,
            part: None,
            first: Vec::new(),
            names: said.names,
            asked: Vec::new(),
            remarks: Vec::new(),
            tour: Vec::new(),
            cases: Vec::new(),
            is_walked: true,
            shows_reasons: true,
        })
    }

    /// The names as actions of one service, and a policy that grants them by the wildcard.
    fn input(&self) -> Result<ReviewInput, Error> {
        let service = self.service;
        let names = self.names.iter();
        let lines: Vec<String> = names.map(|name| format!("{service}:{name}")).collect();
        let [all, unused] = self.called;
        let catalogue = Catalogue::parse(&Source::from_text(all, &lines.join("\n")))?;
        let policy = serde_json::json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": self.wildcard.to_string(), "Resource": "*"}],
        });
        let listed =
            serde_json::json!([{"serviceNamespace": service.as_str(), "actions": self.unused}]);
        let options = IntakeOptions {
            refine: Options {
                granularity: self.granularity,
                ..Options::default()
            },
            ..IntakeOptions::of(Arc::new(catalogue))
        };
        let intake = Intake::new()
            .options(options)
            .text("policy.json", &format!("{policy:#}\n"))
            .text(unused, &listed.to_string());
        Ok(intake.load()?.input)
    }
}
