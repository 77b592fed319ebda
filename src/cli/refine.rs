//! `iam-refine refine`: everything that is unused goes, without a screen.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::{Exit, Failure};
use super::inputs::{Inputs, Loaded, NotActionChoice};
use super::save::{Rewritten, Target, exists};
use super::summary;
use crate::document::Document;
use crate::review::{Decision, Outcome, Review, Written, unified_diff};

/// Remove what is unused from policies, without a screen
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    iam-refine refine policy.json findings.json > refined.json\n  \
    iam-refine refine policy.json findings.json --diff\n  \
    iam-refine refine policy.json findings.json --in-place\n\n\
    The policy goes to standard output, what is said about it to standard error.")]
pub struct Arguments {
    #[command(flatten)]
    inputs: Inputs,

    /// Write the refined policy to this file; with several policies, each into this folder
    #[arg(short, long, value_name = "OUT", group = "where")]
    output: Option<PathBuf>,

    /// Write each refined policy over the file it came from
    #[arg(long, group = "where")]
    in_place: bool,

    /// Print a unified diff in place of the policy
    #[arg(long, group = "where")]
    diff: bool,

    /// Write nothing; exit 1 when something could be removed
    #[arg(long, group = "where")]
    check: bool,
}

/// Refines, proves, and writes where it was asked to.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let Loaded { case, paths, notes } = arguments.inputs.load()?;
    for note in &notes {
        eprintln!("{note}");
    }
    let mut review = Review::new(case);
    accept_all(&mut review, arguments.inputs.how.not_action);
    if !review.is_proved() {
        return Err(faults(&review));
    }
    eprint!("{}", summary::summary(&review));
    let refined = Refined { review, paths };
    if arguments.check {
        return Ok(refined.check());
    }
    if arguments.diff {
        refined.print_diff()?;
    } else if arguments.in_place {
        refined.write_in_place()?;
    } else if let Some(output) = &arguments.output {
        refined.write_to(output)?;
    } else {
        refined.print()?;
    }
    Ok(refined.exit())
}

/// Accepts every proposal; those for a `NotAction` only where that is asked for.
pub fn accept_all(review: &mut Review, not_action: NotActionChoice) {
    let mut places = review.undecided();
    if not_action == NotActionChoice::Extend {
        places = review.state().places().collect();
    }
    review.decide(&places, Decision::Accepted);
}

/// What the proof found wrong, for the message about it.
pub fn faults(review: &Review) -> Failure {
    let faults = review
        .outcomes()
        .iter()
        .flat_map(|outcome| outcome.proved.faults.clone());
    Failure::Proof(faults.collect())
}

/// Everything accepted and proved, on its way out.
struct Refined {
    review: Review,
    paths: Vec<Option<PathBuf>>,
}

impl Refined {
    fn policies(&self) -> impl Iterator<Item = (&Document, &Outcome, Option<&PathBuf>)> {
        let documents = self
            .review
            .case()
            .policies
            .iter()
            .map(|loaded| &loaded.document);
        documents
            .zip(self.review.outcomes())
            .zip(&self.paths)
            .map(|((document, outcome), path)| (document, outcome, path.as_ref()))
    }

    fn check(&self) -> Exit {
        let unchanged = |outcome: &Outcome| outcome.written == Written::Unchanged;
        if self.review.outcomes().iter().all(unchanged) {
            Exit::Done
        } else {
            Exit::Found
        }
    }

    fn exit(&self) -> Exit {
        let nothing_left = |outcome: &Outcome| outcome.written == Written::NothingLeft;
        if self.review.outcomes().iter().any(nothing_left) {
            eprintln!(
                "Nothing would be left of a policy: detach it if it is managed, delete it if it \
                 is inline."
            );
            Exit::NothingLeft
        } else {
            Exit::Done
        }
    }

    fn print(&self) -> Result<(), Failure> {
        if self.paths.len() > 1 {
            return Err(Failure::with_help(
                format!(
                    "{} policies do not fit on one standard output",
                    self.paths.len()
                ),
                "give a folder with -o, or --in-place, or --diff",
            ));
        }
        let mut out = std::io::stdout().lock();
        for (document, outcome, _) in self.policies() {
            if let Some(text) = outcome.text(document) {
                out.write_all(text.as_bytes())?;
            }
        }
        out.flush()?;
        Ok(())
    }

    fn print_diff(&self) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        for (document, outcome, _) in self.policies() {
            let name = document.source().name();
            if let Written::Changed(new) = &outcome.written {
                let old = document
                    .source()
                    .restored(document.source().text().to_owned());
                let diff = unified_diff(&format!("a/{name}"), &old, &format!("b/{name}"), new);
                out.write_all(diff.as_bytes())?;
            }
        }
        out.flush()?;
        Ok(())
    }

    fn write_in_place(&self) -> Result<(), Failure> {
        if self.paths.iter().any(Option::is_none) {
            return Err(Failure::with_help(
                "standard input cannot be written in place",
                "give the policy as a file, or leave out --in-place",
            ));
        }
        for (document, outcome, path) in self.policies() {
            let (Written::Changed(text), Some(path)) = (&outcome.written, path) else {
                continue;
            };
            let rewritten = Rewritten {
                document,
                settled: &outcome.settled,
                text,
            };
            let kept = rewritten.keep_old()?;
            rewritten.save(path, Target::InPlace)?;
            eprintln!(
                "wrote {}; the old bytes are in {}",
                path.display(),
                kept.display()
            );
        }
        Ok(())
    }

    fn write_to(&self, output: &Path) -> Result<(), Failure> {
        let targets = self.targets(output)?;
        for target in &targets {
            if target.symlink_metadata().is_ok() {
                return Err(exists(target));
            }
        }
        for ((document, outcome, _), target) in self.policies().zip(&targets) {
            let Some(text) = outcome.text(document) else {
                continue;
            };
            let rewritten = Rewritten {
                document,
                settled: &outcome.settled,
                text: &text,
            };
            rewritten.save(target, Target::New)?;
            eprintln!("wrote {}", target.display());
        }
        Ok(())
    }

    /// The file for each policy: `output` itself for one, a file of the same name in the folder
    /// `output` for several.
    fn targets(&self, output: &Path) -> Result<Vec<PathBuf>, Failure> {
        if self.paths.len() == 1 && !output.is_dir() {
            return Ok(vec![output.to_owned()]);
        }
        std::fs::create_dir_all(output)?;
        let mut targets: Vec<PathBuf> = Vec::new();
        for path in &self.paths {
            let name = path.as_deref().and_then(Path::file_name);
            let target = output.join(name.unwrap_or("policy.json".as_ref()));
            if targets.contains(&target) {
                return Err(Failure::with_help(
                    format!("two policies would be written to {}", target.display()),
                    "give them different file names, or refine them one by one",
                ));
            }
            targets.push(target);
        }
        Ok(targets)
    }
}

/// Whether there is a person to ask.
pub fn is_at_a_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}
