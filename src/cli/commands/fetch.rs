//! `iam-refine fetch`: AWS's answers about a role, a user or an account, into a folder.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::aws::shell_word;
use crate::cli::exit::{Exit, Failure};
use crate::cli::fetching::{AwsArgs, PrincipalArgs, tell};
use crate::cli::speak::eprint_line;
use crate::fetch::Target;
use crate::text::counted;

/// Fetch what a review needs from AWS, read-only, through your `aws` program
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    iam-refine fetch --role MyRole -o my-role && iam-refine review my-role\n  \
    iam-refine fetch --account -o account && iam-refine review --account account\n\n\
    The folder holds AWS's answers, unchanged, and is yours alone. A run that is stopped is resumed by \
    the same command. Nothing is ever changed in AWS. AWS's policy ReadOnlyAccess grants all that is \
    asked; SecurityAudit does for --account, and for a role or user all but policies that were generated \
    from CloudTrail.")]
pub struct Arguments {
    #[command(flatten)]
    principal: PrincipalArgs,

    /// Fetch all policies of the account, and the findings for its roles and users
    #[arg(long, group = "asked")]
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
    let folder = &arguments.output;
    eprint_line(match target {
        Target::Principal { .. } => next("review", folder),
        Target::Account => next("review --account", folder),
    });
    if manifest.unanswered.is_empty() {
        return Ok(Exit::Done);
    }
    let missing = counted(manifest.unanswered.len(), "answer is", "answers are");
    eprint_line(format_args!(
        "{missing} missing: the same command asks for what is missing again"
    ));
    Ok(Exit::Found)
}

/// The command that follows.
fn next(command: &str, folder: &Path) -> String {
    let begins_as_option = folder.as_os_str().as_encoded_bytes().starts_with(b"-");
    let here = if begins_as_option { "./" } else { "" };
    let folder = shell_word(&format!("{here}{}", folder.to_string_lossy()));
    format!("review it: iam-refine {command} {folder}")
}
