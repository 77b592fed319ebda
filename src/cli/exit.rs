//! How the program ends, and how it says why.

use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::proof::Fault;
use crate::text::{Error, Problems};

/// The exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: a check found something, a line of a batch failed, or AWS did not answer all.
    Found,
    /// 2: bad input or usage.
    BadInput,
    /// 3: a proof failed. That is a bug in this program; nothing was written.
    ProofFailed,
    /// 4: a policy stays as it is: nothing would be left of it, or it would be too long.
    NothingLeft,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Found => 1,
            Exit::BadInput => 2,
            Exit::ProofFailed => 3,
            Exit::NothingLeft => 4,
        })
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// What is wrong with the files, or with anything else.
    Error(Error),
    /// The faults that the proof found.
    Proof(Vec<Fault>),
    /// Whoever read the output went away: not a failure to speak of.
    BrokenPipe,
}

impl Failure {
    /// A failure with what to do about it.
    pub fn with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Error::with_help(message, help).into()
    }

    /// How the program ends with it.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Error(_) => Exit::BadInput,
            Failure::Proof(_) => Exit::ProofFailed,
            Failure::BrokenPipe => Exit::Done,
        }
    }
}

impl fmt::Display for Failure {
    /// What is wrong and what to do about it, over several lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Error(error) => error.report().fmt(f),
            Failure::Proof(faults) => proof_failed(faults).report().fmt(f),
            Failure::BrokenPipe => f.write_str("nobody reads the output"),
        }
    }
}

fn proof_failed(faults: &[Fault]) -> Error {
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Error::with_help(
        format!(
            "the proof failed; nothing was written\n  {}",
            faults.join("\n  ")
        ),
        "this is a bug in iam-refine; please report it with the files",
    )
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Error(error) => error,
            Failure::Proof(faults) => proof_failed(&faults),
            Failure::BrokenPipe => io::Error::from(io::ErrorKind::BrokenPipe).into(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Failure::Error(problems.into())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::BrokenPipe;
        }
        Error::from(error).into()
    }
}
