//! The words and exit codes with which `aws` fails.

use std::fmt::Write;

use crate::world::{Cli, World};

/// What it says on standard error, and its exit code.
pub struct Failure {
    pub text: String,
    pub exit: u8,
}

const USAGE: &str = "
usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help
";

/// An argument that cannot be read.
pub fn usage(cli: &Cli, message: &str) -> Failure {
    Failure {
        text: format!("{USAGE}aws: error: {message}\n"),
        exit: cli.either(2, 252),
    }
}

/// A word where one of `choices` is expected.
pub fn invalid_choice(cli: &Cli, argument: &str, choices: &[&str]) -> Failure {
    let mut rows = String::new();
    for pair in choices.chunks(2) {
        let [first, second] = [pair.first(), pair.get(1)].map(|word| word.copied().unwrap_or(""));
        let _ = writeln!(rows, "{first:<40} | {second:<40}");
    }
    let message = format!("argument {argument}: Invalid choice, valid choices are:\n\n{rows}");
    usage(cli, &message)
}

pub fn unknown_options(cli: &Cli, options: &[String]) -> Failure {
    Failure {
        text: format!("{USAGE}\nUnknown options: {}\n", options.join(", ")),
        exit: cli.either(255, 252),
    }
}

pub fn parameter(cli: &Cli, message: &str) -> Failure {
    Failure {
        text: format!("\n{message}\n"),
        exit: cli.either(255, 252),
    }
}

/// What AWS itself answers.
pub fn service(cli: &Cli, code: &str, operation: &str, message: &str) -> Failure {
    Failure {
        text: format!(
            "\nAn error occurred ({code}) when calling the {operation} operation: {message}\n"
        ),
        exit: cli.either(255, 254),
    }
}

/// What AWS answers to too many calls, after the tries that `aws` makes by itself.
pub fn throttled(cli: &Cli, operation: &str) -> Failure {
    let operation = format!("{operation} operation (reached max retries: 7)");
    Failure {
        text: format!(
            "\nAn error occurred (Throttling) when calling the {operation}: Rate exceeded\n"
        ),
        exit: cli.either(255, 254),
    }
}

pub fn no_such_entity(cli: &Cli, operation: &str, what: &str) -> Failure {
    service(cli, "NoSuchEntity", operation, what)
}

pub fn no_region(cli: &Cli) -> Failure {
    Failure {
        text: "\nYou must specify a region. You can also configure your region by running \"aws configure\".\n".to_owned(),
        exit: cli.either(255, 253),
    }
}

pub fn no_credentials(cli: &Cli) -> Failure {
    Failure {
        text: "\nUnable to locate credentials. You can configure credentials by running \"aws configure\".\n".to_owned(),
        exit: cli.either(255, 253),
    }
}

pub fn no_profile(profile: &str) -> Failure {
    Failure {
        text: format!("\nThe config profile ({profile}) could not be found\n"),
        exit: 255,
    }
}

pub fn expired_sso(cli: &Cli, profile: &str) -> Failure {
    let text = cli.either(
        format!(
            "\nThe SSO session associated with this profile has expired or is otherwise invalid. To \
             refresh this SSO session run aws sso login with the corresponding profile {profile}.\n"
        ),
        "\nError when retrieving token from sso: Token has expired and refresh failed\n".to_owned(),
    );
    Failure { text, exit: 255 }
}

pub fn unreachable(service: &str, region: Option<&str>) -> Failure {
    let region = region.unwrap_or("us-east-1");
    let host = match service {
        "iam" => "iam.amazonaws.com".to_owned(),
        "accessanalyzer" => format!("access-analyzer.{region}.amazonaws.com"),
        service => format!("{service}.{region}.amazonaws.com"),
    };
    Failure {
        text: format!("\nCould not connect to the endpoint URL: \"https://{host}/\"\n"),
        exit: 255,
    }
}

/// The caller may not make this call.
pub fn access_denied(
    world: &World,
    caller: &str,
    operation: &str,
    action: &str,
    on: &str,
) -> Failure {
    let code = if action.starts_with("access-analyzer:") {
        "AccessDeniedException"
    } else {
        "AccessDenied"
    };
    let message = format!(
        "User: {caller} is not authorized to perform: {action} on resource: {on} because no \
         identity-based policy allows the {action} action"
    );
    service(&world.cli, code, operation, &message)
}
