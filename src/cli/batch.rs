//! `iam-refine batch`: JSON Lines in, JSON Lines out, for many policies.

use std::io::{BufRead, Write};

use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::exit::{Exit, Failure};
use super::inputs::How;
use super::refine::{NotActionChoice, accept_all};
use crate::document::{Json, Problem, Problems, Source};
use crate::findings::{Findings, Holds, Page, UnusedFor, recognise};
use crate::policies::{self, LoadedPolicy};
use crate::proof::Part;
use crate::refine::Options;
use crate::review::{Case, Review, Written};

/// Refine a policy a line: JSON Lines on standard input, the same on standard output
#[derive(Debug, Args)]
#[command(
    after_help = "A line in:  {\"id\": …, \"policy\": {…}, \"findings\": […]}\n\
    A line out: {\"id\": …, \"action\": \"create_policy\"|\"detach_policy\"|\"none\", \
    \"policy\": {…}, \"removed\": […], \"notes\": […], \"proof\": {…}}\n            \
    or {\"id\": …, \"error\": …}; exit 1 if there was one."
)]
pub struct Arguments {
    #[command(flatten)]
    how: How,

    /// What to do with `Allow` and `NotAction`
    #[arg(long, value_enum, default_value_t = NotActionChoice::Leave)]
    not_action: NotActionChoice,
}

/// Refines line by line, in order. A line that fails costs itself alone.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let catalogue = arguments.how.catalogue()?;
    let refiner = Refiner {
        how: &arguments.how,
        not_action: arguments.not_action,
        options: arguments.how.options()?,
        catalogue,
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut exit = Exit::Done;
    for (index, line) in std::io::stdin().lock().split(b'\n').enumerate() {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = match Source::from_bytes(&format!("line {}", index + 1), &line) {
            Ok(line) => refiner.answer(&line),
            Err(problem) => Answer::failed(Value::Null, &problem),
        };
        if let Answer::Failed { .. } = answer {
            exit = Exit::Found;
        }
        serde_json::to_writer(&mut out, &answer).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(exit)
}

/// A line out.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Refined {
        id: Value,
        action: &'static str,
        policy: Option<Box<RawValue>>,
        removed: Vec<String>,
        notes: Vec<String>,
        proof: Map<String, Value>,
    },
    Failed {
        id: Value,
        error: String,
    },
}

impl Answer {
    fn failed(id: Value, error: &impl ToString) -> Self {
        Answer::Failed {
            id,
            error: error.to_string(),
        }
    }
}

struct Refiner<'a> {
    how: &'a How,
    not_action: NotActionChoice,
    options: Options,
    catalogue: std::sync::Arc<crate::catalogue::Catalogue>,
}

impl Refiner<'_> {
    fn answer(&self, line: &Source) -> Answer {
        let json = match Json::parse(line) {
            Ok(json) => json,
            Err(problems) => return Answer::failed(Value::Null, &problems),
        };
        let id = json.get("id").map_or(Value::Null, Json::to_value);
        match self.refine(line, &json) {
            Ok((review, warnings)) if review.is_proved() => refined(id, &review, &warnings),
            Ok((review, _)) => {
                let faults = review.outcomes()[0].proved.faults.iter();
                let faults: Vec<String> = faults.map(ToString::to_string).collect();
                Answer::failed(id, &format!("the proof failed: {}", faults.join("; ")))
            }
            Err(problems) => Answer::failed(id, &problems),
        }
    }

    /// Refines the policy of a line. What to mind about the inputs comes with it.
    fn refine(&self, line: &Source, json: &Json) -> Result<(Review, Vec<Problem>), Problems> {
        let field = |name: &str| {
            json.get(name)
                .ok_or_else(|| line.error(format!("this line has no \"{name}\"")))
        };
        let policy = &line.text()[field("policy")?.range.clone()];
        let policy = Source::from_text(&format!("{} policy", line.name()), policy);
        let pages = read_pages(line, field("findings")?, self.how.unused_for())?;
        let findings = Findings::join(pages, self.how.missing_pages())?;
        let findings = Findings::of_one_principal(findings)?
            .ok_or_else(|| line.error("\"findings\" holds none"))?;
        let [loaded] = <[_; 1]>::try_from(policies::read(&policy, &Json::parse(&policy)?)?)
            .map_err(|_| policy.error("a line has one policy, and this holds several"))?;
        let catalogue = self.catalogue.clone();
        let policies = vec![loaded];
        let outdated = policies::agree(&policies, &findings)?;
        let case = Case::new(policies, findings, catalogue, self.options.clone());
        let mut review = Review::new(case);
        accept_all(&mut review, self.not_action);
        let case = review.case();
        let warnings = (case.policies.iter().flat_map(LoadedPolicy::notes))
            .chain(&case.findings.notes)
            .cloned()
            .chain(outdated)
            .collect();
        Ok((review, warnings))
    }
}

/// A list of findings and reports is several files; everything else is one.
fn read_pages(line: &Source, json: &Json, unused_for: UnusedFor) -> Result<Vec<Page>, Problems> {
    let read = |item| Page::read_for(line, item, unused_for);
    let is_finding = |item: &Json| recognise(item).holds() == Holds::Findings;
    match json.as_array() {
        Some(items) if items.iter().any(is_finding) => items.iter().map(read).collect(),
        _ => Ok(vec![read(json)?]),
    }
}

fn refined(id: Value, review: &Review, warnings: &[Problem]) -> Answer {
    let outcome = &review.outcomes()[0];
    let document = &review.case().policies[0].document;
    // A line end may stand between the values of a document that was a string.
    let text = outcome
        .text(document)
        .map(|text| text.replace(['\n', '\r'], ""));
    let policy = match text.map(RawValue::from_string).transpose() {
        Ok(policy) => policy,
        Err(error) => return Answer::failed(id, &error),
    };
    Answer::Refined {
        id,
        action: match outcome.written {
            Written::Unchanged => "none",
            Written::Changed(_) => "create_policy",
            Written::NothingLeft => "detach_policy",
        },
        policy,
        removed: (review.now().gone_actions.iter())
            .map(ToString::to_string)
            .collect(),
        notes: (warnings.iter().map(|warning| warning.message().to_owned()))
            .chain(super::summary::caveats(review))
            .collect(),
        proof: proof(review),
    }
}

/// Each part of the proof and whether it holds, and the date of the catalogue it speaks of.
fn proof(review: &Review) -> Map<String, Value> {
    let proved = &review.outcomes()[0].proved;
    let date = review.case().universe.catalogue.date();
    Part::ALL
        .iter()
        .map(|&part| {
            (
                part.as_str().replace(' ', "_"),
                proved.part_holds(part).into(),
            )
        })
        .chain([(
            "known_on".to_owned(),
            date.map(|date| date.to_string()).into(),
        )])
        .collect()
}
