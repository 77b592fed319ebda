//! `iam-refine explain`: how one wildcard is refined, step by step, as text.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::demo;
use crate::cli::exit::{Exit, Failure};
use crate::cli::shared_arguments::RefineArgs;
use crate::cli::speak::{eprint_line, print_json, print_raw, print_text, text_color};
use crate::explain::{Explanation, Walkthrough};
use crate::iam::ActionPattern;
use crate::intake::{Loaded, is_stdin};
use crate::refine::{HeldBack, torn_down_within};
use crate::text::{Shown, some_of};

/// Tell step by step how a wildcard is refined
#[derive(Debug, Args)]
#[command(
    // The built-in example has its own catalogue.
    mut_arg("catalogue", |argument| argument.requires("files")),
    after_help = "Examples:\n  \
        iam-refine explain 's3:Get*' findings.json\n  \
        iam-refine explain 's3:Get*' findings.json --format markdown\n  \
        iam-refine explain 's3:Get*'                     the built-in example"
)]
pub struct Arguments {
    #[command(flatten)]
    about: About,

    /// What to print
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,

    /// Only this step, with what is known by then
    #[arg(long, value_name = "N")]
    step: Option<usize>,
}

/// What is told of, and what it is worked out from.
#[derive(Debug, Args)]
pub struct About {
    /// An action or wildcard, such as 's3:Get*'
    pattern: ActionPattern,

    /// Findings, and policies whose actions are to be known too; without any, the built-in example
    #[arg(value_name = "FINDINGS")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    refine: RefineArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For a pull request
    Markdown,
    /// For programs
    Json,
}

/// How many actions a note names.
const NAMED: usize = 4;

/// Prints the explanation.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let explanation = arguments.about.explanation()?;
    let step = arguments.step_of(&explanation)?;
    let color = text_color();
    let text = match (arguments.format, step) {
        (Format::Text, None) => explanation.text(color),
        (Format::Text, Some(step)) => explanation.step_text(step, color),
        (Format::Markdown, None) => explanation.markdown(),
        (Format::Markdown, Some(step)) => explanation.step_markdown(step),
        (Format::Json, step) => explanation.json(step) + "\n",
    };
    match arguments.format {
        // It has colours; what it quotes was made printable before they were put around it.
        Format::Text => print_raw(&text)?,
        Format::Markdown => print_text(text)?,
        Format::Json => print_json(&text)?,
    }
    Ok(Exit::Done)
}

impl Arguments {
    /// The step that is asked for, from 0.
    fn step_of(&self, explanation: &Explanation) -> Result<Option<usize>, Failure> {
        let Some(number) = self.step else {
            return Ok(None);
        };
        let count = explanation.walk.steps().len();
        if (1..=count).contains(&number) {
            return Ok(Some(number - 1));
        }
        Err(Failure::with_help(
            format!("there is no step {number}"),
            match count {
                0 => explanation.outcome(),
                count => format!("give a number from 1 to {count}"),
            },
        ))
    }
}

impl About {
    /// Works out what becomes of the pattern.
    pub fn explanation(&self) -> Result<Explanation, Failure> {
        let (input, findings) = if self.files.is_empty() {
            let input = demo::input(self.refine.options()?)?;
            (input, "the findings of the built-in example".to_owned())
        } else {
            let Loaded { input, notes, .. } = self.refine.load_findings(&self.files)?;
            for note in &notes {
                eprint_line(note);
            }
            // What was used tells as much of what stays as what is unused.
            let named = self.files.iter().map(|file| {
                if is_stdin(file) {
                    return "standard input".to_owned();
                }
                file.shown().to_string()
            });
            let named: Vec<String> = named.collect();
            (input, some_of(&named, NAMED))
        };
        let granularity = input.options.granularity;
        // As when it is refined: what was used of late stays.
        let held = HeldBack::used(&input.findings.recently_used);
        let curation = input.options.curation(&[], &held);
        let walk = Walkthrough::new(&self.pattern, &input.universe, curation, granularity);
        let torn_down = torn_down_within(walk.trie().wildcard(), &input.universe);
        let names: Vec<String> = { torn_down.iter() }
            .map(|(action, maker)| format!("{action} ({} stays)", maker.name))
            .collect();
        if !names.is_empty() {
            eprint_line(format!(
                "note: told as `refine` does it; `review` holds back what changes or removes what is still made: {}",
                some_of(&names, NAMED)
            ));
        }
        Ok(Explanation {
            walk,
            findings,
            catalogue: input.universe.catalogue.date(),
        })
    }
}
