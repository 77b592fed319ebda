//! `iam-refine demo`: the article's example, with the actions of its time.

use clap::Args;

use crate::catalogue::Catalogue;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::{Output, targets_sentence, written_lines};
use crate::cli::screen::{Screen, is_at_a_terminal};
use crate::cli::speak::print_text;
use crate::explain::report::summary;
use crate::explain::{Color, Grouping, Outline, Walkthrough, tree};
use crate::iam::PatternError;
use crate::iam::quota::{Owner, PolicyKind};
use crate::intake::{Intake, IntakeOptions};
use crate::refine::Options;
use crate::review::{Decision, Review, ReviewInput};
use crate::text::{Error, unified_diff};
use crate::tui::{self, App, Ended, Host, Preview};

/// Try it on the built-in example; no files needed
#[derive(Debug, Args)]
#[command(
    after_help = "The example is that of the Amazon Science article \"New AWS tool \
    recommends removal of unused permissions\", with the S3 actions of June 2024."
)]
pub struct Arguments {
    #[command(flatten)]
    screen: Screen,
}

/// Shows the example: on the screen, or as text where there is no terminal.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let mut review = Review::new(input(Options::default())?);
    if is_at_a_terminal() {
        let mut app = App::of_demo(review, arguments.screen.settings());
        app.saves_nothing();
        if let Ended::Written(text) = tui::run(&mut app, &mut DemoHost)? {
            print_text(text)?;
        }
        return Ok(Exit::Done);
    }
    let undecided = review.undecided();
    review.decide(&undecided, Decision::Accepted);
    if !review.is_proved() {
        return Err(Failure::Proof(review.faults()));
    }
    print_demo(&review)?;
    Ok(Exit::Done)
}

/// Nothing of the demo is saved; what it comes to is written into the current folder.
struct DemoHost;

impl Host<Review> for DemoHost {
    fn save(&mut self, _: &Review) -> Result<(), Error> {
        Ok(())
    }

    fn preview(&mut self, review: &Review) -> Result<Preview, Error> {
        let output = Output::new(review);
        let files = output.files_next_to()?;
        Ok(Preview::Files(targets_sentence(&files)))
    }

    fn write(&mut self, review: &Review) -> Result<String, Error> {
        let output = Output::new(review);
        Ok(written_lines(&output.write_next_to(None)?))
    }
}

/// The article's policy and findings, with June 2024's S3 actions, refined with these options.
pub fn input(refine: Options) -> Result<ReviewInput, Error> {
    let options = IntakeOptions {
        refine,
        ..IntakeOptions::of(Catalogue::s3_of_june_2024())
    };
    let policy = include_str!("../../../assets/demo/policy.json");
    let findings = include_str!("../../../assets/demo/findings.json");
    let intake = Intake::new()
        .text("policy.json", policy)
        .text("findings.json", findings);
    let mut input = intake.options(options).load()?.input;
    input.policies[0].loaded.kind = PolicyKind::Inline(Owner::Role);
    input.findings.principal = Some("MyRole".into());
    input.principal.name = Some("MyRole".into());
    Ok(input)
}

/// Trie, diff and proof, for where there is no terminal.
fn print_demo(review: &Review) -> Result<(), Failure> {
    let input = review.input();
    let pattern = "s3:Get*".parse();
    let pattern = pattern.map_err(|error: PatternError| {
        Error::new("the demo's wildcard is none").caused_by(error)
    })?;
    let granularity = input.options.granularity;
    let walk = Walkthrough::new(&pattern, &input.universe, input.keeps(), granularity);
    let outline = Outline::new(&walk, walk.steps().len(), Grouping::Joined);
    let document = input.document(0);
    let new = review
        .files()
        .find_map(|file| file.text())
        .unwrap_or_default();
    let diff = unified_diff("policy.json", document.source().text(), "refined", &new);
    print_text(format_args!(
        "The article's example, with the S3 actions of June 2024 (159 of them).\n\n\
         The trie of {pattern}: a prefix is safe when no unused action starts with it; each \
         shortest\nsafe prefix is written in the place of the wildcard.\n\n{}\n{diff}\n{}",
        tree(&outline, Color::Plain),
        summary(review)
    ))
}
