//! The report of when a principal last used what it is allowed. AWS makes it when it is asked to.

use std::thread;
use std::time::Duration;

use super::answers::{Answers, unusable};
use super::principal::id;
use super::{Fetcher, Question};
use crate::aws::{Read, ReadCommand};
use crate::iam::Arn;
use crate::text::{Error, Json, Source};

/// How long to wait for a report, each time it is not ready: 2 minutes in all.
const WAITS: [u64; 9] = [1, 2, 4, 8, 16, 20, 23, 23, 23];

/// How many pages are asked for: there are fewer services than one page has.
const MOST_PAGES: usize = 100;

/// The services that one page has at most.
const PAGE: &str = "1000";

impl Fetcher<'_> {
    /// Asks for the report about a principal, all pages of it.
    pub(super) fn last_accessed(&self, answers: &Answers<'_>, arn: &Arn) -> Result<(), Error> {
        let start = ReadCommand::new(Read::StartLastAccessed)
            .option("granularity", "ACTION_LEVEL")
            .option("arn", arn.as_str());
        let start = self.question(start);
        let Some(source) = answers.ask(&start)? else {
            return Ok(());
        };
        let json = Json::parse(&source)?;
        let job = json.get("JobId").and_then(Json::as_str).and_then(id);
        let Some(job) = job else {
            return Err(unusable(
                source.error("this does not tell the id of the job"),
            ));
        };
        let mut markers: Vec<Option<String>> = vec![None];
        while let Some(marker) = markers.last() {
            let question = self.page(job, marker.as_deref(), arn);
            let Some(page) = Self::finished(answers, &question)? else {
                // Another run has another report made.
                return answers.forget(&start);
            };
            let Some(next) = next_marker(&page)? else {
                return Ok(());
            };
            let next = Some(next);
            if markers.contains(&next) || markers.len() == MOST_PAGES {
                let error = page.error("this says that ever more pages follow");
                return Err(unusable(error));
            }
            markers.push(next);
        }
        Ok(())
    }

    fn page(&self, job: &str, marker: Option<&str>, arn: &Arn) -> Question {
        let mut get = ReadCommand::new(Read::LastAccessed)
            .option("job-id", job)
            .option("max-items", PAGE);
        if let Some(marker) = marker {
            get = get.option("marker", marker);
        }
        self.question(get).about(arn)
    }

    /// A page of the report when it is finished. None when AWS does not finish it.
    fn finished(answers: &Answers<'_>, question: &Question) -> Result<Option<Source>, Error> {
        for wait in WAITS {
            let Some(page) = answers.ask_for_now(question)? else {
                return Ok(None);
            };
            let json = Json::parse(&page)?;
            match json.get("JobStatus").and_then(Json::as_str) {
                Some("IN_PROGRESS") => thread::sleep(Duration::from_secs(wait)),
                Some("COMPLETED") => return answers.keep(question, &page.original()).map(Some),
                _ => {
                    let error = json.get("Error").and_then(|error| error.get("Message"));
                    let why = error
                        .and_then(Json::as_str)
                        .unwrap_or("AWS does not say why");
                    answers.refuse(question, &format!("the report could not be made: {why}"));
                    return Ok(None);
                }
            }
        }
        answers.refuse(question, "the report is not finished after 2 minutes");
        Ok(None)
    }
}

/// What asks for the next page, if there is one.
fn next_marker(page: &Source) -> Result<Option<String>, Error> {
    let json = Json::parse(page)?;
    let is_truncated = json.get("IsTruncated").and_then(Json::as_bool) == Some(true);
    let marker = json.get("Marker").and_then(Json::as_str);
    match marker {
        // One that the `aws` program would take for the name of a file.
        Some(marker) if marker.contains("://") => {
            Err(unusable(page.error("this has a marker that is none")))
        }
        Some(marker) => Ok(is_truncated.then(|| marker.to_owned())),
        None if is_truncated => Err(unusable(page.error("this is cut short, without a marker"))),
        None => Ok(None),
    }
}
