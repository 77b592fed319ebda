//! `iam-refine fetch`: AWS's answers about a role, a user or an account, into a folder.

use std::path::PathBuf;

use clap::Args;

use crate::cli::exit::{Exit, Failure};
use crate::cli::fetching::{AwsArgs, PrincipalArgs, tell};
use crate::cli::speak::eprint_line;
use crate::fetch::Target;
use crate::text::{Shown, Untrusted};

/// Fetch what a review needs from AWS, read-only, through your `aws` program
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    iam-refine fetch --role MyRole -o my-role && iam-refine review my-role\n  \
    iam-refine fetch --account -o account && iam-refine review --account account\n\n\
    The folder holds AWS's answers, unchanged, and is yours alone. A run that is stopped is resumed by \
    the same command. Nothing is ever changed in AWS: AWS's policies SecurityAudit and ReadOnlyAccess \
    grant all that is asked.")]
pub struct Arguments {
    #[command(flatten)]
    principal: PrincipalArgs,

    /// Fetch all policies of the account, and the findings for its roles and users
    #[arg(long, conflicts_with_all = ["role", "user"])]
    #[arg(required_unless_present_any = ["role", "user"])]
    account: bool,

    /// The folder to write: a new one, or one that was not finished
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    #[command(flatten)]
    aws: AwsArgs,
}

/// Asks, and tells what to do with the answers.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let target = arguments.principal.target().unwrap_or(Target::Account);
    let manifest = arguments.aws.fetch(&target, &arguments.output)?;
    tell(&manifest);
    let folder = arguments.output.shown();
    eprint_line(match target {
        Target::Principal(..) => next("review", &folder),
        Target::Account => next("review --account", &folder),
    });
    Ok(Exit::Done)
}

/// The command that follows.
fn next(command: &str, folder: &Untrusted) -> String {
    format!("review it: iam-refine {command} {folder}")
}
