//! `iam-refine verify`: judges a policy that was refined elsewhere.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::exit::{Exit, Failure};
use crate::cli::shared_arguments::InputArgs;
use crate::cli::speak::{eprint_line, print_json, print_text};
use crate::explain::report::VerdictReport;
use crate::findings::{Findings, Page};
use crate::intake::{IntakeOptions, join_findings, read, stdin_once};
use crate::policies::{self, LoadedPolicy, ReadRefined};
use crate::proof::{Knowledge, judge};
use crate::text::{Json, Problem, Source};

/// Judge a policy that was refined elsewhere, with a witness for each fault
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    iam-refine verify policy.json refined.json findings.json\n  \
    iam-refine verify policy.json get-finding-recommendation.json findings.json\n\n\
    Exits with 1 when something is wrong. That a wildcard could be shorter is advice.")]
pub struct Arguments {
    /// The policy as it was, or an answer of AWS with several; `-` for standard input
    original: PathBuf,

    /// The policy that is judged: bare, or in what AWS recommends
    refined: PathBuf,

    /// The findings for the policy's principal
    #[arg(required = true)]
    findings: Vec<PathBuf>,

    #[command(flatten)]
    input: InputArgs,

    /// How the verdict is printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    Text,
    /// For a program
    Json,
}

/// Judges, prints the verdict, and exits with 1 when something is refuted.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    arguments.refuse_standard_input_twice()?;
    let options = arguments.input.intake_options()?;
    let (catalogue, keeps) = (&options.catalogue, &options.refine.keeps);
    let (source, json) = parse(&arguments.original)?;
    let originals = policies::read(&source, &json)?;
    let (source, json) = parse(&arguments.refined)?;
    let ReadRefined { refined, notes } = policies::read_refined(&source, &json, &originals)?;
    let findings = arguments.findings(&options)?;
    let outdated = policies::agree(&originals, &findings)?;
    tell(
        (originals.iter().flat_map(LoadedPolicy::notes))
            .chain(&notes)
            .chain(refined.iter().flat_map(|(_, refined)| refined.warnings()))
            .chain(&findings.notes)
            .chain(&outdated),
    );

    let mut verdicts = Vec::new();
    for (place, refined) in &refined {
        let original = &originals[*place].document;
        let both = [original.policy(), refined.policy()];
        let knowledge = Knowledge::new(catalogue, &findings.unused, both)
            .with_kept(keeps)
            .with_used(&findings.used);
        let verdict = judge(both[0], both[1], &knowledge, keeps);
        verdicts.push((verdict, original, refined));
    }
    let reports = verdicts
        .iter()
        .map(|(verdict, original, refined)| VerdictReport {
            verdict,
            original,
            refined,
            catalogue,
        });
    let told = arguments.format.of(&reports.collect::<Vec<_>>());
    match arguments.format {
        Format::Text => print_text(told)?,
        Format::Json => print_json(&told)?,
    }
    Ok(if verdicts.iter().all(|(verdict, ..)| verdict.holds()) {
        Exit::Done
    } else {
        Exit::Found
    })
}

impl Format {
    /// One verdict by itself; several under the names of their policies, or in a list.
    fn of(self, reports: &[VerdictReport<'_>]) -> String {
        match (self, reports) {
            (Format::Text, [one]) => one.to_string(),
            (Format::Json, [one]) => format!("{:#}\n", one.to_json()),
            (Format::Text, several) => {
                let named = several.iter().map(|report| {
                    let name = report.original.source().name();
                    format!("{name}\n{report}")
                });
                named.collect::<Vec<_>>().join("\n")
            }
            (Format::Json, several) => {
                let all: Vec<_> = several.iter().map(VerdictReport::to_json).collect();
                format!("{:#}\n", serde_json::Value::from(all))
            }
        }
    }
}

impl Arguments {
    fn refuse_standard_input_twice(&self) -> Result<(), Failure> {
        let files = [&self.original, &self.refined].into_iter();
        let files = files.chain(&self.findings).map(PathBuf::as_path);
        Ok(stdin_once(files.chain(self.input.files()))?)
    }

    fn findings(&self, options: &IntakeOptions) -> Result<Findings, Failure> {
        let mut pages = Vec::new();
        for path in &self.findings {
            let source = read(path)?;
            for json in policies::parse_each(&source)? {
                pages.push(Page::read_for(&source, &json, options.unused_for)?);
            }
        }
        let findings = join_findings(pages, options.missing_pages)?;
        findings.ok_or_else(|| {
            Failure::with_help(
                "there are no findings",
                "give the findings of the principal",
            )
        })
    }
}

fn parse(path: &Path) -> Result<(Source, Json), Failure> {
    let source = read(path)?;
    let json = policies::parse(&source)?;
    Ok((source, json))
}

fn tell<'p>(notes: impl Iterator<Item = &'p Problem>) {
    for note in notes {
        eprint_line(note);
    }
}
