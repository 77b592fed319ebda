//! The user's own `aws` program, as a child process. It is given a list of arguments, never a line of
//! a shell, and no standard input; what it prints is bounded.

use std::ffi::OsStr;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::Refusal;

/// The largest complaint that is read.
const LARGEST_COMPLAINT: usize = 64 * 1024;

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
        let output = self.output(["--version"], LARGEST_COMPLAINT, None)?;
        if !output.status.success() {
            return Err(refusal(&output));
        }
        // Version 1 printed it as a complaint under old Pythons.
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8_lossy(&printed);
        Ok(printed.lines().next().unwrap_or_default().trim().to_owned())
    }

    /// What the program prints when it is given these arguments: up to `most` bytes, and one more of
    /// what is longer. It may take as long as a person does who is asked for a token, or else
    /// `longest`.
    ///
    /// # Errors
    /// It cannot be run, does not end, or says that something is wrong.
    pub fn run(
        &self,
        arguments: &[String],
        most: usize,
        longest: Option<Duration>,
    ) -> Result<Vec<u8>, Refusal> {
        let format = ["--output", "json", "--color", "off"].map(str::to_owned);
        let output = self.output(arguments.iter().chain(&format), most, longest)?;
        let is_cut = output.stdout.len() > most;
        if output.status.success() || is_cut {
            return Ok(output.stdout);
        }
        Err(refusal(&output))
    }

    fn output<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        most: usize,
        longest: Option<Duration>,
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
            .map_err(|error| Refusal::not_run(&self.path, &error))?;
        let ended = read_to_end(child, most, longest);
        let ended = ended.map_err(|error| Refusal::not_run(&self.path, &error))?;
        ended.ok_or_else(|| Refusal::not_ended(longest.unwrap_or_default().as_secs()))
    }
}

fn refusal(output: &Output) -> Refusal {
    Refusal::of(&String::from_utf8_lossy(&output.stderr), output.status)
}

/// How often it is looked whether the program has ended.
const TICK: Duration = Duration::from_millis(20);

/// How long to wait for the rest of what a program printed that has ended. Another one, which it left
/// behind, may hold what it printed to.
const GRACE: Duration = Duration::from_secs(2);

/// What a child prints, up to `most` bytes and one more; it is stopped when there is more. None when
/// it does not end.
fn read_to_end(
    mut child: Child,
    most: usize,
    longest: Option<Duration>,
) -> io::Result<Option<Output>> {
    let started = Instant::now();
    let printed = reader(child.stdout.take(), most);
    let complained = reader(child.stderr.take(), LARGEST_COMPLAINT);
    let mut stdout = None;
    let status = loop {
        if stdout.is_none() {
            stdout = printed.recv_timeout(TICK).ok();
        } else {
            thread::sleep(TICK);
        }
        let is_cut = (stdout.as_ref()).is_some_and(|printed: &Vec<u8>| printed.len() > most);
        let is_late = longest.is_some_and(|longest| started.elapsed() > longest);
        if is_cut || is_late {
            // It may have ended by itself.
            let _ = child.kill();
        }
        if let Some(status) = child.try_wait()? {
            if is_late && stdout.is_none() {
                return Ok(None);
            }
            break status;
        }
    };
    let stdout = match stdout {
        Some(stdout) => stdout,
        None => printed.recv_timeout(GRACE).map_err(|_| {
            io::Error::other("it ended, and what it left running holds what it prints to")
        })?,
    };
    Ok(Some(Output {
        status,
        stdout,
        stderr: complained.recv_timeout(GRACE).unwrap_or_default(),
    }))
}

/// Reads a pipe, up to `most` bytes and one more, and sends what it has read at the end. What is more
/// is not kept.
fn reader(pipe: Option<impl io::Read + Send + 'static>, most: usize) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut read = Vec::new();
        if let Some(mut pipe) = pipe {
            // What cannot be read any more ends it.
            let _ = (&mut pipe).take(most as u64 + 1).read_to_end(&mut read);
            let is_cut = read.len() > most;
            // Nobody waits any more when the program was stopped.
            let _ = sender.send(read);
            if is_cut {
                let _ = io::copy(&mut pipe, &mut io::sink());
            }
        }
    });
    receiver
}
