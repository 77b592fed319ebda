//! The user's own `aws` program, as a child process. It is given a list of arguments, never a line of
//! a shell, and no standard input; what it prints is bounded.

use std::ffi::OsStr;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use super::Refusal;

/// The largest complaint that is read.
const LARGEST_COMPLAINT: u64 = 64 * 1024;

/// Where the program is, and what all of its calls have in common.
#[derive(Clone, Debug)]
pub struct Program {
    /// The name or the path of it.
    pub path: PathBuf,
}

/// The environment of every call: nothing is shown page by page, nobody is asked, and AWS's own
/// retries are used.
const ENVIRONMENT: [(&str, &str); 5] = [
    ("AWS_PAGER", ""),
    ("AWS_CLI_AUTO_PROMPT", "off"),
    ("AWS_CLI_ERROR_FORMAT", "legacy"),
    ("AWS_RETRY_MODE", "standard"),
    ("AWS_MAX_ATTEMPTS", "8"),
];

/// Which of these a user may set otherwise.
const OF_THE_USER: [&str; 2] = ["AWS_RETRY_MODE", "AWS_MAX_ATTEMPTS"];

impl Program {
    /// What `aws --version` prints.
    ///
    /// # Errors
    /// There is no such program, or it cannot be run.
    pub fn version(&self) -> Result<String, Refusal> {
        let output = self.output(["--version"], LARGEST_COMPLAINT)?;
        // Before Python 3.4 it was printed as a complaint.
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8_lossy(&printed);
        Ok(printed.lines().next().unwrap_or_default().trim().to_owned())
    }

    /// What the program prints when it is given these arguments: up to `most` bytes, and one more of
    /// what is longer.
    ///
    /// # Errors
    /// It cannot be run, or says that something is wrong.
    pub fn run(&self, arguments: &[String], most: usize) -> Result<Vec<u8>, Refusal> {
        let format = ["--output", "json", "--color", "off"].map(str::to_owned);
        let output = self.output(arguments.iter().chain(&format), most as u64)?;
        let is_cut = output.stdout.len() > most;
        if output.status.success() || is_cut {
            return Ok(output.stdout);
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        Err(Refusal::of(&complaint, output.status))
    }

    fn output<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        most: u64,
    ) -> Result<Output, Refusal> {
        let mut command = Command::new(&self.path);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in ENVIRONMENT {
            if !(OF_THE_USER.contains(&name) && std::env::var_os(name).is_some()) {
                command.env(name, value);
            }
        }
        let child = command
            .spawn()
            .map_err(|error| Refusal::not_run(&self.path, error))?;
        read_to_end(child, most).map_err(|error| Refusal::not_run(&self.path, error))
    }
}

/// What a child prints, up to `most` bytes and one more; it is stopped when there is more.
fn read_to_end(mut child: Child, most: u64) -> io::Result<Output> {
    let mut stdout = Vec::new();
    let mut stderr = Vec::new();
    let (printed, complained) = (child.stdout.take(), child.stderr.take());
    let read = thread::scope(|scope| {
        scope.spawn(|| {
            let Some(mut complained) = complained else {
                return;
            };
            // What is left of it when it cannot be read any more is said as well as can be.
            let _ = complained
                .by_ref()
                .take(LARGEST_COMPLAINT)
                .read_to_end(&mut stderr);
            let _ = io::copy(&mut complained, &mut io::sink());
        });
        let read = printed.map_or(Ok(0), |printed| {
            printed.take(most + 1).read_to_end(&mut stdout)
        });
        if !matches!(read, Ok(length) if length as u64 <= most) {
            // It may have ended by itself.
            let _ = child.kill();
        }
        read
    });
    let status = child.wait()?;
    read?;
    Ok(Output {
        status,
        stdout,
        stderr,
    })
}
