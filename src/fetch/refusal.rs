//! Why the `aws` program did not answer, told from what it complains of: its exit codes differ from
//! version to version.

use std::io;
use std::path::Path;
use std::process::ExitStatus;

use crate::aws::{Read, ReadCommand};
use crate::text::{Error, Shown, Untrusted};

/// Why a call was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of thing it is.
    pub why: Why,
    /// What was said, in one line.
    pub said: Untrusted,
}

/// The kinds of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no such program.
    NoProgram,
    /// The program cannot be run.
    NotRun,
    /// It does not know the operation: it is too old.
    TooOld,
    /// There are no credentials.
    NoCredentials,
    /// They have expired, and a session of IAM Identity Center is to be begun anew.
    SessionExpired,
    /// They have expired, or AWS does not take them.
    CredentialsRefused,
    /// The profile that was named is not there.
    NoProfile,
    /// No region is known.
    NoRegion,
    /// AWS is not reached.
    NotReached,
    /// The caller may not do it.
    Denied,
    /// What was asked for is not there, or not any more.
    NotFound,
    /// Too many calls were made.
    Throttled,
    /// It does not end.
    NotEnded,
    /// What was printed is no answer.
    NoAnswer,
    /// Something else.
    Other,
}

/// The command that begins a session that is not one of IAM Identity Center.
const LOGIN: &str = "aws login";

/// What the program says, in lower case, and what that means.
const SIGNS: [(&str, Why); 22] = [
    ("invalid choice", Why::TooOld),
    ("aws sso login", Why::SessionExpired),
    ("retrieving token from sso", Why::SessionExpired),
    (
        "sso session associated with this profile",
        Why::SessionExpired,
    ),
    ("error loading sso token", Why::SessionExpired),
    ("unauthorizedssotoken", Why::SessionExpired),
    // Newer versions advise to sign in with `aws login`.
    ("unable to locate credentials", Why::NoCredentials),
    (LOGIN, Why::SessionExpired),
    ("partial credentials found", Why::NoCredentials),
    ("error when retrieving credentials", Why::CredentialsRefused),
    ("could not be found", Why::NoProfile),
    ("you must specify a region", Why::NoRegion),
    ("could not connect to the endpoint", Why::NotReached),
    ("connect timeout", Why::NotReached),
    ("read timeout", Why::NotReached),
    ("connection was closed", Why::NotReached),
    ("failed to connect to proxy", Why::NotReached),
    ("ssl validation failed", Why::NotReached),
    ("name or service not known", Why::NotReached),
    ("invalid endpoint", Why::NotReached),
    ("provided region_name", Why::NoRegion),
    ("incorrect mfa", Why::CredentialsRefused),
];

/// The codes of AWS's errors.
const CODES: [(&str, Why); 19] = [
    ("AccessDenied", Why::Denied),
    ("AccessDeniedException", Why::Denied),
    ("UnauthorizedOperation", Why::Denied),
    ("AuthorizationError", Why::Denied),
    ("ExpiredToken", Why::CredentialsRefused),
    ("ExpiredTokenException", Why::CredentialsRefused),
    ("RequestExpired", Why::CredentialsRefused),
    ("InvalidClientTokenId", Why::CredentialsRefused),
    ("UnrecognizedClientException", Why::CredentialsRefused),
    ("SignatureDoesNotMatch", Why::CredentialsRefused),
    ("InvalidIdentityToken", Why::CredentialsRefused),
    ("NoSuchEntity", Why::NotFound),
    ("ResourceNotFoundException", Why::NotFound),
    ("Throttling", Why::Throttled),
    ("ThrottlingException", Why::Throttled),
    ("TooManyRequestsException", Why::Throttled),
    ("RequestLimitExceeded", Why::Throttled),
    ("PriorRequestNotComplete", Why::Throttled),
    ("SlowDown", Why::Throttled),
];

impl Refusal {
    /// What a program means that ended with `status` after this complaint.
    pub(super) fn of(complaint: &str, status: ExitStatus) -> Self {
        let said = in_one_line(complaint);
        let said = if said.is_empty() {
            format!("it ended with {status}")
        } else {
            said
        };
        Refusal {
            why: why(&said),
            said: said.as_str().into(),
        }
    }

    /// What the system says when the program is not run.
    pub(super) fn not_run(path: &Path, error: &io::Error) -> Self {
        let why = match error.kind() {
            io::ErrorKind::NotFound => Why::NoProgram,
            _ => Why::NotRun,
        };
        Refusal {
            why,
            said: format!("{}: {error}", path.shown()).as_str().into(),
        }
    }

    /// That it does not end by itself.
    pub(super) fn not_ended(seconds: u64) -> Self {
        Refusal {
            why: Why::NotEnded,
            said: format!("stopped after {seconds} seconds").as_str().into(),
        }
    }

    /// What the program printed is no answer.
    pub(super) fn no_answer(said: &str) -> Self {
        Refusal {
            why: Why::NoAnswer,
            said: said.into(),
        }
    }

    /// What begins the session anew that has expired.
    fn login(&self) -> &'static str {
        if self.said.raw().to_lowercase().contains(LOGIN) {
            LOGIN
        } else {
            "aws sso login"
        }
    }

    /// Whether no other call would be answered either.
    pub fn is_of_all_calls(&self) -> bool {
        match self.why {
            Why::NoProgram
            | Why::NotRun
            | Why::TooOld
            | Why::NoCredentials
            | Why::SessionExpired
            | Why::CredentialsRefused
            | Why::NoProfile
            | Why::NotReached => true,
            Why::NoRegion
            | Why::Denied
            | Why::NotFound
            | Why::Throttled
            | Why::NotEnded
            | Why::NoAnswer
            | Why::Other => false,
        }
    }

    /// What it means for the call that was to be made with `profile`, and what to do.
    pub(super) fn complaint(&self, call: &ReadCommand, profile: Option<&str>) -> Complaint {
        let asked = format!("aws {}", call.arguments()[..2].join(" "));
        let of_profile = profile.map_or(String::new(), |name| {
            format!(" --profile {}", crate::aws::shell_word(name))
        });
        let (message, help) = match self.why {
            Why::NoProgram => (
                "the `aws` program is not found".to_owned(),
                "install the AWS CLI, version 2, or say where it is with --aws PATH".to_owned(),
            ),
            Why::NotRun => (
                "the `aws` program cannot be run".to_owned(),
                "say where it is with --aws PATH".to_owned(),
            ),
            Why::TooOld => (
                format!("the `aws` program does not know `{asked}`"),
                "it came in November 2023: update the AWS CLI".to_owned(),
            ),
            Why::NoCredentials => (
                "there are no AWS credentials".to_owned(),
                "configure them (`aws configure sso`, `aws configure`), or name a profile with \
                 --profile"
                    .to_owned(),
            ),
            Why::SessionExpired => (
                "the session with AWS has expired".to_owned(),
                format!("sign in again: {}{of_profile}", self.login()),
            ),
            Why::CredentialsRefused => (
                "AWS does not take the credentials".to_owned(),
                format!("get new ones; what is used is told by: aws configure list{of_profile}"),
            ),
            Why::NoProfile => (
                "the profile is not found".to_owned(),
                "the profiles are listed by: aws configure list-profiles".to_owned(),
            ),
            Why::NoRegion => (
                "no region is known".to_owned(),
                "say which with --region".to_owned(),
            ),
            Why::NotReached => (
                "AWS cannot be reached".to_owned(),
                "is there a network, and is it the right region? run the same again; it resumes"
                    .to_owned(),
            ),
            Why::Denied => (
                format!("{} is not permitted{}", call.permission(), lacks(call)),
                "AWS's policies SecurityAudit and ReadOnlyAccess grant it".to_owned(),
            ),
            Why::NotFound => (
                format!("`{asked}` finds nothing"),
                "is it the right name, account and profile?".to_owned(),
            ),
            Why::Throttled => (
                format!("AWS takes no more calls of `{asked}` for now"),
                "run the same again later; it resumes".to_owned(),
            ),
            Why::NotEnded => (
                format!("`{asked}` does not end"),
                "run it by itself to see what it waits for".to_owned(),
            ),
            Why::NoAnswer | Why::Other => (
                format!("`{asked}` is not answered"),
                "run the same again; it resumes".to_owned(),
            ),
        };
        Complaint {
            message,
            said: self.said.clone(),
            help,
        }
    }
}

/// What is not known without the answer to a call that is asked in case there is one.
fn lacks(call: &ReadCommand) -> &'static str {
    match call.read() {
        Read::PolicyGenerations | Read::GeneratedPolicy => {
            ", so that no policy generated from CloudTrail tells what was used"
        }
        _ => "",
    }
}

/// What a person is told of a refusal.
pub(super) struct Complaint {
    pub message: String,
    said: Untrusted,
    pub help: String,
}

impl From<Complaint> for Error {
    fn from(complaint: Complaint) -> Self {
        let error = Error::new(complaint.message).caused_by(Said(complaint.said));
        error.help(complaint.help)
    }
}

/// What a program said, as the cause of an error.
#[derive(Debug)]
struct Said(Untrusted);

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Said {}

fn why(said: &str) -> Why {
    let code = code(said);
    let by_code = CODES.iter().find(|(name, _)| Some(*name) == code);
    if let Some((_, why)) = by_code {
        return *why;
    }
    if code.is_some() {
        return Why::Other;
    }
    let lower = said.to_lowercase();
    let sign = SIGNS.iter().find(|(sign, _)| lower.contains(sign));
    sign.map_or(Why::Other, |(_, why)| *why)
}

/// The code in `An error occurred (CODE) when calling the OPERATION operation: …`.
fn code(said: &str) -> Option<&str> {
    let (_, rest) = said.split_once("An error occurred (")?;
    let (code, rest) = rest.split_once(')')?;
    rest.starts_with(" when calling the ").then_some(code)
}

/// How many characters of a complaint are told.
const LONGEST: usize = 400;

/// A complaint without its line breaks.
fn in_one_line(complaint: &str) -> String {
    let words = complaint.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_says_is_understood_in_all_its_versions() {
        let table = [
            (
                "\nAn error occurred (AccessDenied) when calling the GetRole operation: User: \
                 arn:aws:iam::1:user/a is not authorized to perform: iam:GetRole",
                Why::Denied,
            ),
            (
                "aws: [ERROR]: An error occurred (NoSuchEntity) when calling the GetRole \
                 operation: The role with name x could not be found.",
                Why::NotFound,
            ),
            (
                "An error occurred (Throttling) when calling the GetRole operation (reached max \
                 retries: 8): Rate exceeded",
                Why::Throttled,
            ),
            (
                "usage: aws [options] <command>\naws: error: argument operation: Invalid choice, \
                 valid choices are:",
                Why::TooOld,
            ),
            (
                "aws: [ERROR]: argument operation: Found invalid choice 'list-findings-v2'",
                Why::TooOld,
            ),
            (
                "Error when retrieving token from sso: Token has expired and refresh failed",
                Why::SessionExpired,
            ),
            (
                "The SSO session associated with this profile has expired or is otherwise \
                 invalid. To refresh this SSO session run aws sso login with the corresponding \
                 profile.",
                Why::SessionExpired,
            ),
            (
                "Unable to locate credentials. You can configure credentials by running \"aws \
                 configure\".",
                Why::NoCredentials,
            ),
            (
                "aws: [ERROR]: An error occurred (NoCredentials): Unable to locate credentials. \
                 You can configure credentials by running \"aws login\".",
                Why::NoCredentials,
            ),
            (
                "Your session has expired. Please reauthenticate using 'aws login'.",
                Why::SessionExpired,
            ),
            ("The config profile (x) could not be found", Why::NoProfile),
            (
                "You must specify a region. You can also configure your region by running \"aws \
                 configure\".",
                Why::NoRegion,
            ),
            (
                "Could not connect to the endpoint URL: \"https://iam.amazonaws.com/\"",
                Why::NotReached,
            ),
            ("Segmentation fault", Why::Other),
        ];
        for (said, expected) in table {
            assert_eq!(why(&in_one_line(said)), expected, "{said}");
        }
    }
}
