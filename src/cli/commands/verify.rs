//! `iam-refine verify`: judges a policy that was refined elsewhere.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::cli::exit::{Exit, Failure};
use crate::cli::records::read_decisions;
use crate::cli::shared_arguments::{EverywhereArg, InputArgs};
use crate::cli::speak::{eprint_line, print_json, print_text};
use crate::explain::report::{PlanReport, VerdictReport};
use crate::intake::{Intake, IntakeOptions, PlanOrOther, stdin_once};
use crate::proof::{Knowledge, judge};
use crate::refine::HeldBack;
use crate::sources::TerraformPlan;
use crate::text::{Shown, alike};

/// Judge a policy that was refined elsewhere, with a witness for each fault
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    iam-refine verify policy.json refined.json findings.json\n  \
    iam-refine verify policy.json get-finding-recommendation.json findings.json\n  \
    iam-refine verify plan.json findings.json\n\n\
    Exits with 1 when something is wrong. That a wildcard could be shorter is advice. A plan is what \
    `terraform show -json tfplan` prints.")]
pub struct Arguments {
    /// The policy as it was, or an answer of AWS with several, or a folder that `iam-refine fetch` made;
    /// `-` for standard input. Or a plan of Terraform, beside findings alone
    original: PathBuf,

    /// The policy that is judged: bare, or in what AWS recommends
    refined: PathBuf,

    /// The findings for the policy's principal; of a folder those in it. Beside a plan also what AWS has of the
    /// account
    findings: Vec<PathBuf>,

    /// Of a plan: each policy has to become what this record of `refine` or `review` says
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,

    /// Of a plan: nobody has the managed policies that it changes whom it does not name
    #[arg(long)]
    states_complete: bool,

    #[command(flatten)]
    everywhere: EverywhereArg,

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
    let files = [&arguments.original, &arguments.refined].into_iter();
    let files = files.chain(&arguments.findings).chain(&arguments.decisions);
    let files = files.map(PathBuf::as_path);
    stdin_once(files.chain(arguments.input.files()))?;
    let options = arguments
        .everywhere
        .add_to(arguments.input.intake_options()?);
    let original = match PlanOrOther::read(&arguments.original)? {
        PlanOrOther::Plan(plan) => return arguments.judge_plan(&plan, options),
        PlanOrOther::Other(original) => original,
    };
    arguments.has_no_plan()?;
    let asked = [
        (arguments.decisions.is_some(), "--decisions"),
        (arguments.states_complete, "--states-complete"),
    ];
    if let Some((_, option)) = asked.into_iter().find(|(is_asked, _)| *is_asked) {
        return Err(Failure::with_help(
            format!("{option} is said of a plan of Terraform, and none is given"),
            "leave it out; what is to stay is kept with --keep PATTERN",
        ));
    }
    let (catalogue, refine) = (Arc::clone(&options.catalogue), options.refine.clone());
    let intake = Intake::new().options(options).paths(&arguments.findings);
    let read = intake.to_judge(original, arguments.refined.as_path())?;
    for note in &read.notes {
        eprint_line(note);
    }
    let held = HeldBack::used(&read.findings.recently_used);
    let mut verdicts = Vec::new();
    for (original, refined) in &read.policies {
        let unused = read.findings.unused_of(original.origin.changed_at);
        let original = &original.document;
        let both = [original.policy(), refined.policy()];
        let knowledge = Knowledge::new(&catalogue, &unused, both)
            .with_kept(&refine.keeps)
            .with_used(&read.findings.used);
        let verdict = judge(both[0], both[1], &knowledge, refine.curation(&[], &held));
        verdicts.push((verdict, original, refined));
    }
    let reports = verdicts
        .iter()
        .map(|(verdict, original, refined)| VerdictReport {
            verdict,
            original,
            refined,
            catalogue: &catalogue,
        });
    let text = arguments.format.of(&reports.collect::<Vec<_>>());
    match arguments.format {
        Format::Text => print_text(text)?,
        Format::Json => print_json(&text)?,
    }
    Ok(if verdicts.iter().all(|(verdict, ..)| verdict.holds()) {
        Exit::Done
    } else {
        Exit::Found
    })
}

impl Arguments {
    /// Refuses a plan that is not named first.
    fn has_no_plan(&self) -> Result<(), Failure> {
        let others = std::iter::once(&self.refined).chain(&self.findings);
        for path in others.filter(|path| path.is_file()) {
            if let Ok(PlanOrOther::Plan(_)) = PlanOrOther::read(path) {
                return Err(Failure::with_help(
                    format!(
                        "{} is a plan of Terraform, and comes after others",
                        path.shown()
                    ),
                    "name it first: iam-refine verify plan.json findings.json",
                ));
            }
        }
        Ok(())
    }

    /// Judges what a plan does with policies, by the findings of all who have them.
    fn judge_plan(&self, plan: &TerraformPlan, options: IntakeOptions) -> Result<Exit, Failure> {
        if options.everywhere {
            return Err(Failure::with_help(
                "--everywhere does not go with a plan",
                "give the findings of all who have its policies: who has which, its state tells",
            ));
        }
        let catalogue = Arc::clone(&options.catalogue);
        let files = std::iter::once(&self.refined).chain(&self.findings);
        let intake = Intake::new().options(options).paths(files);
        let decisions = self.decisions.as_deref().map(read_decisions).transpose()?;
        let plan = intake.judge_plan(plan, decisions.as_ref(), self.states_complete)?;
        for problem in alike(&plan.problems) {
            eprint_line(problem);
        }
        let report = PlanReport {
            plan: &plan,
            catalogue: &catalogue,
        };
        match self.format {
            Format::Text => print_text(report.to_string())?,
            Format::Json => print_json(&format!("{:#}\n", report.to_json()))?,
        }
        Ok(if plan.holds() {
            Exit::Done
        } else {
            Exit::Found
        })
    }
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
