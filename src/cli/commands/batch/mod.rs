//! `iam-refine batch`: JSON Lines in, JSON Lines out, for many policies.

mod in_order;
mod lines;

use std::io::BufReader;
use std::num::NonZero;
use std::panic::{self, AssertUnwindSafe};

use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use self::in_order::InOrder;
use self::lines::{Line, lines};
use super::refine::NotActionChoice;
use crate::cli::exit::{Exit, Failure};
use crate::cli::shared_arguments::RefineArgs;
use crate::cli::speak::{JsonLines, eprint_line};
use crate::cli::too_long::{IfTooLong, Pieces, TooLongArgs};
use crate::explain::report::caveat_sentence;
use crate::findings::{Page, UnusedFor};
use crate::intake::{IntakeOptions, Loaded, join_findings};
use crate::policies::{self, LoadedPolicy};
use crate::proof::{Fault, Part};
use crate::review::{NotInPieces, Review, Written};
use crate::text::{Json, Problem, Problems, Source, into_parts, quoted, some_of};

/// Refine a policy a line: JSON Lines on standard input, the same on standard output
#[derive(Debug, Args)]
#[command(
    after_help = "A line in:  {\"id\": …, \"policy\": {…}, \"findings\": […]}\n\
    A line out: {\"id\": …, \"action\": \"create_policy\"|\"detach_policy\"|\"none\", \
    \"policy\": {…}, \"removed\": […], \"notes\": […], \"proof\": {…}}\n            \
    or {\"id\": …, \"error\": …}; exit 1 if there was one.\n\n\
    A line may have \"if_too_long\" and \"quota\" of its own. A policy that is split has \
    \"policies\": […] in place of \"policy\"; one that is refused for its length is answered, with a \
    note.\n\n\
    The answers come in the order of the lines, as soon as they are there; memory does not grow \
    with the input. An empty list of findings is refused, for it may be a filtered one: leave out \
    policies of which nothing is unused. Blank lines have no answer. A line may be 16 MiB long. \
    Options hold for all lines.\n\n\
    Examples:\n  \
    iam-refine batch < policies.jsonl > refined.jsonl\n  \
    parallel --pipepart --block 10M -a policies.jsonl iam-refine batch --jobs 1"
)]
pub struct Arguments {
    #[command(flatten)]
    refine: RefineArgs,

    /// What to do with `Allow` and `NotAction`
    #[arg(long, value_enum, default_value_t = NotActionChoice::Leave)]
    not_action: NotActionChoice,

    #[command(flatten)]
    too_long: TooLongArgs,

    /// How many lines to work on at once, 8 for each core at most; as many as there are cores, if
    /// nothing is said
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZero<u16>>,
}

/// Refines line by line, on all cores, and answers in order. A line that fails costs itself alone.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let refiner = Refiner {
        not_action: arguments.not_action,
        too_long: arguments.too_long,
        options: arguments.refine.intake_options()?,
    };
    let jobs = arguments.jobs();
    let lines = lines(BufReader::new(std::io::stdin()));
    let answer = move |line: &Line| written(&refiner.answer(line));
    let mut answers = InOrder::start(lines, jobs, Line::weight, answer)?;
    let mut out = JsonLines::lock();
    let mut exit = Exit::Done;
    loop {
        let mut answer = answers.if_ready();
        if answer.is_none() {
            // Whoever reads this is not kept waiting for what is done.
            out.flush()?;
            answer = answers.next();
        }
        let Some(answer) = answer.transpose()? else {
            return Ok(exit);
        };
        if answer.is_failure {
            exit = Exit::Found;
        }
        out.write(&answer.json)?;
    }
}

/// More lines at once than this for each core make nothing faster, and each takes a thread.
const MOST_JOBS_A_CORE: u16 = 8;

impl Arguments {
    /// How many lines are worked on at once.
    fn jobs(&self) -> NonZero<u16> {
        let cores = cores();
        let most = cores.saturating_mul(NonZero::<u16>::MIN.saturating_add(MOST_JOBS_A_CORE - 1));
        let Some(jobs) = self.jobs else { return cores };
        if jobs > most {
            eprint_line(format_args!(
                "note: --jobs {jobs} is more than 8 for each core; {most} lines are worked on at once"
            ));
        }
        jobs.min(most)
    }
}

fn cores() -> NonZero<u16> {
    let cores = std::thread::available_parallelism().ok();
    let cores = cores.and_then(|cores| NonZero::try_from(cores).ok());
    cores.unwrap_or(NonZero::<u16>::MIN)
}

/// An answer as it goes out.
struct WrittenAnswer {
    json: String,
    is_failure: bool,
}

fn written(answer: &Answer) -> WrittenAnswer {
    let json = serde_json::to_string(answer);
    WrittenAnswer {
        is_failure: json.is_err() || matches!(answer, Answer::Failed { .. }),
        json: json.unwrap_or_else(|error| json!({"error": error.to_string()}).to_string()),
    }
}

/// A line out.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Refined {
        id: Id,
        action: &'static str,
        #[serde(flatten)]
        policy: AnswerPolicy,
        removed: Vec<String>,
        notes: Vec<String>,
        proof: Map<String, Value>,
    },
    Failed {
        id: Id,
        error: String,
    },
}

/// What takes the place of the policy of a line.
#[derive(Serialize)]
enum AnswerPolicy {
    /// The refined policy; none where nothing is left of it.
    #[serde(rename = "policy")]
    One(Option<Box<RawValue>>),
    /// The policies that it was split into.
    #[serde(rename = "policies")]
    Several(Vec<Box<RawValue>>),
}

impl Answer {
    fn failed(id: Id, error: &impl ToString) -> Self {
        Answer::Failed {
            id,
            error: error.to_string(),
        }
    }
}

/// The id of a line, as it stands there; `null` where there is none.
type Id = Option<Box<RawValue>>;

struct Refiner {
    not_action: NotActionChoice,
    too_long: TooLongArgs,
    options: IntakeOptions,
}

impl Refiner {
    fn answer(&self, line: &Line) -> Answer {
        guarded(line.number, |id| match line.source() {
            Ok(source) => self.answer_to(&source, id),
            Err(problem) => Answer::failed(None, &problem),
        })
    }

    /// Answers a line, and says whose answer it is as soon as that is known.
    fn answer_to(&self, line: &Source, id: &mut Id) -> Answer {
        let json = match Json::parse(line) {
            Ok(json) => json,
            Err(problems) => return Answer::failed(None, &problems),
        };
        *id = json.get("id").and_then(|id| as_it_stands(line, id));
        let id = id.clone();
        let too_long = self.too_long.or_of_line(line, &json);
        match too_long.and_then(|too_long| Ok((too_long, self.refine(line, &json, too_long)?))) {
            Ok((too_long, (review, warnings))) if review.is_proved() => {
                refined(id, &review, &warnings, too_long)
            }
            Ok((_, (review, _))) => unproved(id, &review.faults()),
            Err(problems) => Answer::failed(id, &problems),
        }
    }

    /// Refines the policy of a line. What to mind about the inputs comes with it.
    fn refine(
        &self,
        line: &Source,
        json: &Json,
        too_long: TooLongArgs,
    ) -> Result<(Review, Vec<Problem>), Problems> {
        let field = |name: &str| {
            json.get(name)
                .ok_or_else(|| line.error(format!("this line has no \"{name}\"")))
        };
        let range = field("policy")?.range.clone();
        let name = format!("{} policy", line.name());
        let policy = Source::from_text(&name, &line.text()[range.clone()]);
        let policy_json = field("policy")?.in_part_from(range.start);
        let pages = read_pages(line, field("findings")?, self.options.unused_for)?;
        self.options.refuse_kept(&pages)?;
        let findings = join_findings(pages, self.options.missing_pages)?
            .ok_or_else(|| line.error("\"findings\" holds none"))?;
        let loaded = the_policy(&policy, policy_json)?;
        let mut loaded = Loaded::of(vec![loaded], findings, &self.options)?;
        loaded.notes.extend(unread_fields(line, json));
        let mut review = Review::new(loaded.input.of_kind(too_long.kind()));
        review.accept_all(self.not_action.accepted());
        too_long.keep_to_fit(&mut review);
        Ok((review, loaded.notes))
    }
}

/// The fields of a line that are read.
const FIELDS: [&str; 5] = ["id", "policy", "findings", "if_too_long", "quota"];

/// That a line has other fields: one may be misspelt.
fn unread_fields(line: &Source, json: &Json) -> Option<Problem> {
    let fields = json.as_object()?.iter().map(|field| field.name.as_str());
    let unread = fields.filter(|name| !FIELDS.contains(name)).map(quoted);
    let unread: Vec<String> = unread.collect();
    let message = format!(
        "not read in this line: {}; a line has {}",
        some_of(&unread, 5),
        FIELDS.join(", ")
    );
    (!unread.is_empty()).then(|| line.note(message))
}

/// The one policy that `json` holds: as a file may, also in a list, or in a list under `Policies`.
fn the_policy(source: &Source, json: Json) -> Result<LoadedPolicy, Problems> {
    let mut policies = Vec::new();
    for part in into_parts(json) {
        policies.extend(policies::read(source, &part)?);
    }
    <[_; 1]>::try_from(policies)
        .map(|[policy]| policy)
        .map_err(|_| {
            source
                .error("a line has one policy, and this holds several")
                .into()
        })
}

/// The answer that `work` gives; if it panics, an error with the id that was known by then.
fn guarded(line: usize, work: impl FnOnce(&mut Id) -> Answer) -> Answer {
    let mut id = None;
    // What a line's work leaves behind when it panics is seen by nobody but this.
    let done = panic::catch_unwind(AssertUnwindSafe(|| work(&mut id)));
    done.unwrap_or_else(|panicked| {
        let message = (panicked.downcast_ref::<String>().map(String::as_str))
            .or_else(|| panicked.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        let error = format!(
            "error: line {line}: iam-refine failed on it: {message}\n\
             help: this is a bug in iam-refine; please report it with the line"
        );
        Answer::failed(id, &error)
    })
}

/// A list of findings and reports is several files; everything else is one.
fn read_pages(line: &Source, json: &Json, unused_for: UnusedFor) -> Result<Vec<Page>, Problems> {
    let parts = into_parts(json.clone());
    let pages = parts.iter();
    pages
        .map(|part| Page::read_for(line, part, unused_for))
        .collect()
}

/// A value of a line, byte for byte: a number may be longer than the computer's are.
fn as_it_stands(line: &Source, value: &Json) -> Id {
    // A carriage return may stand between its parts, and would end the line for some.
    let text = line.text()[value.range.clone()].replace('\r', "");
    RawValue::from_string(text).ok()
}

fn unproved(id: Id, faults: &[Fault]) -> Answer {
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Answer::failed(id, &format!("the proof failed: {}", faults.join("; ")))
}

fn refined(id: Id, review: &Review, warnings: &[Problem], too_long: TooLongArgs) -> Answer {
    let outcome = &review.outcomes()[0];
    let overlong = review.overlong(too_long.characters());
    let mut lengths = too_long.perhaps_too_long(review);
    let pieces = match (too_long.if_too_long, overlong.first()) {
        (IfTooLong::Split, _) => too_long.split(review),
        (IfTooLong::Keep, Some(&first)) => {
            return Answer::failed(id, &too_long.refused(review, first));
        }
        (IfTooLong::Refuse | IfTooLong::Keep, _) => {
            let overlong = overlong.into_iter();
            lengths.extend(overlong.map(|one| review.overlong_problem(one)));
            Ok(Pieces::new())
        }
    };
    let policy = match pieces {
        Ok(pieces) => answer_policy(review, &pieces),
        Err(NotInPieces::Proof(faults)) => return unproved(id, &faults),
        Err(NotInPieces::Problem(problem)) => return Answer::failed(id, &problem),
    };
    let policy = match policy {
        Ok(policy) => policy,
        Err(error) => return Answer::failed(id, &error),
    };
    let catalogue = &review.input().universe.catalogue;
    let caveats = review.caveats().into_iter();
    let caveats = caveats.map(|caveat| caveat_sentence(&caveat, catalogue));
    Answer::Refined {
        id,
        action: match outcome.written {
            Written::Unchanged => "none",
            Written::Changed => "create_policy",
            Written::NothingLeft => "detach_policy",
        },
        policy,
        removed: (review.now().gone_actions.iter())
            .map(ToString::to_string)
            .collect(),
        notes: (warnings.iter().chain(&lengths))
            .map(|warning| warning.message().to_owned())
            .chain(caveats)
            .collect(),
        proof: proof(review),
    }
}

/// What is written of the one policy, or of the `pieces` that it is split into.
fn answer_policy(review: &Review, pieces: &Pieces) -> Result<AnswerPolicy, serde_json::Error> {
    // A line end may stand between the values of a document that was a string.
    let in_one_line = |text: &str| RawValue::from_string(text.replace(['\n', '\r'], ""));
    if let Some(pieces) = pieces.get(&0) {
        let pieces = pieces.iter().map(|piece| in_one_line(piece));
        return Ok(AnswerPolicy::Several(pieces.collect::<Result<_, _>>()?));
    }
    let text = review.files().find_map(|file| file.text());
    let policy = text.map(|text| in_one_line(&text)).transpose()?;
    Ok(AnswerPolicy::One(policy))
}

/// Each part of the proof and whether it holds, the date of the catalogue it speaks of, and the
/// unused actions that are excepted from "unused gone" or stay since they are left whole.
fn proof(review: &Review) -> Map<String, Value> {
    let proved = &review.outcomes()[0].proved;
    let date = review.input().universe.catalogue.date();
    Part::ALL
        .iter()
        .map(|&part| {
            (
                part.as_str().replace(' ', "_"),
                proved.part_holds(part).into(),
            )
        })
        .chain([
            (
                "known_on".to_owned(),
                date.map(|date| date.to_string()).into(),
            ),
            (
                "excepted".to_owned(),
                proved.excepted.iter().map(ToString::to_string).collect(),
            ),
            (
                "left_whole".to_owned(),
                (review.now().left_whole_actions.iter())
                    .map(ToString::to_string)
                    .collect(),
            ),
        ])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_answer_with_the_lines_id() {
        let answer = guarded(7, |id| {
            *id = RawValue::from_string("3".to_owned()).ok();
            panic!("it broke")
        });
        let Answer::Failed { id, error } = answer else {
            panic!("it is an error");
        };
        assert_eq!(id.map(|id| id.to_string()).as_deref(), Some("3"));
        assert!(error.starts_with("error: line 7: iam-refine failed on it: it broke\nhelp:"));
    }
}
