//! What goes wrong, and when: the rules of the world.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::account::Account;
use crate::calls::{Call, has_all};
use crate::errors::{self, Failure};
use crate::json::Json;
use crate::world::World;

/// A fault, and the calls that have it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Words that have to be among the arguments: `get-role`, `--version`, a name.
    #[serde(default)]
    on: Vec<String>,
    /// Which of the calls that have them, from 1; every one where nothing is said.
    #[serde(default)]
    calls: Vec<usize>,
    /// From which of them on, from 1.
    #[serde(default)]
    from: usize,
    #[serde(rename = "do")]
    fault: Fault,
}

/// What goes wrong.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fault {
    /// AWS says no, after the tries that `aws` makes by itself.
    Throttle,
    AccessDenied,
    NoSuchEntity,
    ExpiredToken,
    ExpiredSso,
    NoCredentials,
    NoRegion,
    NoProfile,
    Unreachable,
    /// This `aws` is too old to know the sub-command.
    Unknown,
    /// Says this on standard error, and ends with this code.
    Fail {
        text: String,
        exit: u8,
    },
    /// Answers after so many milliseconds.
    Sleep(u64),
    /// Does not answer, for as long as somebody waits.
    Hang,
    /// Kills who called, once what else it asked is answered and in this file, which it keeps. This
    /// call gets no answer.
    KillParent(PathBuf),
    /// Dies by a signal in the middle of its output.
    DieHalfway,
    /// The first half of the output, and a good end.
    Half,
    /// Prints nothing, and ends well.
    Silence,
    /// This instead of the answer.
    Print(String),
    /// Bytes that are no text before the answer.
    NoText,
    /// The answer in the encoding of the last century.
    Latin1,
    /// So many megabytes of JSON instead of the answer.
    Megabytes(usize),
    /// A document that nests so deep instead of the answer.
    Nested(usize),
    /// The answer, and this on standard error.
    Complain(String),
    /// This on standard error instead of what it says there, `{}` standing for that.
    Say(String),
    /// Answers as if these arguments had been others.
    Instead(BTreeMap<String, String>),
    /// Values in the answer, by where they are: `/Role/Arn`.
    Set(BTreeMap<String, Value>),
    /// A first page of so many, and a token for the next.
    Page(usize),
    /// Writes a file before the answer: whoever waits finds it changed.
    Write {
        path: String,
        text: String,
    },
}

/// The faults of a call.
pub fn at<'a>(world: &'a World, call: &Call) -> Vec<&'a Fault> {
    let meant = |rule: &&Rule| {
        let words: Vec<&str> = rule.on.iter().map(String::as_str).collect();
        if !has_all(&call.arguments, &words) {
            return false;
        }
        let which = call.earlier(&words) + 1;
        which >= rule.from && (rule.calls.is_empty() || rule.calls.contains(&which))
    };
    let rules = world.rules.iter().filter(meant);
    rules.map(|rule| &rule.fault).collect()
}

/// The arguments that are answered.
pub fn replaced(arguments: &[String], faults: &[&Fault]) -> Vec<String> {
    let mut arguments = arguments.to_vec();
    for fault in faults {
        if let Fault::Instead(others) = fault {
            for argument in &mut arguments {
                for (from, to) in others {
                    *argument = argument.replace(from.as_str(), to);
                }
            }
        }
    }
    arguments
}

/// What happens before an answer is known. Without an account it is `aws --version`.
pub fn before(
    faults: &[&Fault],
    call: &Call,
    account: Option<&Account>,
    world: &World,
) -> Result<(), Failure> {
    let mut failure = None;
    for fault in faults {
        match fault {
            Fault::Sleep(milliseconds) => sleep(*milliseconds),
            Fault::Hang => sleep(600_000),
            Fault::KillParent(log) => kill_parent(call, log),
            Fault::Write { path, text } => fs::write(path, text).expect("it is written"),
            Fault::Fail { text, exit } => {
                failure = Some(Failure {
                    text: text.clone(),
                    exit: *exit,
                });
            }
            other => failure = account.and_then(|it| refusal(other, it, world)).or(failure),
        }
    }
    failure.map_or(Ok(()), Err)
}

fn refusal(fault: &Fault, account: &Account, world: &World) -> Option<Failure> {
    let cli = &world.cli;
    let operation = account.asked.operation;
    Some(match fault {
        Fault::Throttle => errors::throttled(cli, &operation.call()),
        Fault::AccessDenied => {
            let action = operation.permission();
            let on = on_resource(account);
            errors::access_denied(world, &account.caller, &operation.call(), &action, &on)
        }
        Fault::NoSuchEntity => account.no_such_entity("It cannot be found."),
        Fault::ExpiredToken => account.service_error(
            "ExpiredToken",
            "The security token included in the request is expired",
        ),
        Fault::ExpiredSso => errors::expired_sso(cli, &account.profile),
        Fault::NoCredentials => errors::no_credentials(cli),
        Fault::NoRegion => errors::no_region(cli),
        Fault::NoProfile => errors::no_profile(&account.profile),
        Fault::Unreachable => errors::unreachable(operation.service, account.region()),
        Fault::Unknown => errors::invalid_choice(cli, "operation", &["list-findings", "help"]),
        _ => return None,
    })
}

/// The resource as messages of AWS name it.
fn on_resource(account: &Account) -> String {
    let asked = account.asked;
    for (option, word) in [
        ("role-name", "role"),
        ("user-name", "user"),
        ("group-name", "group"),
    ] {
        if let Some(name) = asked.given(option) {
            return format!("{word} {name}");
        }
    }
    if let Some(arn) = asked.given("policy-arn") {
        return format!("policy {arn}");
    }
    let region = account.region().unwrap_or("us-east-1");
    match asked.given("analyzer-arn") {
        Some(arn) => arn.to_owned(),
        None if asked.operation.service == "accessanalyzer" => {
            format!("arn:aws:access-analyzer:{region}:{}:*", account.id)
        }
        None => "*".to_owned(),
    }
}

/// Changes in an answer.
pub fn changed(mut answer: Json, faults: &[&Fault]) -> Json {
    for fault in faults {
        match fault {
            Fault::Set(values) => {
                for (path, value) in values {
                    let path: Vec<&str> = path.split('/').skip(1).collect();
                    answer.set(&path, value);
                }
            }
            Fault::Page(most) => {
                answer.cut(*most);
                answer.set(&["NextToken"], &"eyJuZXh0IjogMX0=".into());
            }
            _ => {}
        }
    }
    answer
}

/// What is said on standard error.
pub fn message(text: &str, faults: &[&Fault]) -> String {
    let said = faults.iter().rev().find_map(|fault| match fault {
        Fault::Say(said) => Some(said.replace("{}", text.trim())),
        _ => None,
    });
    said.unwrap_or_else(|| text.to_owned())
}

/// Prints an answer, or what comes in its place. Returns the exit code.
pub fn print(answer: &Json, faults: &[&Fault]) -> u8 {
    let mut bytes = answer.printed();
    let mut dies = false;
    for fault in faults {
        match fault {
            Fault::Silence => bytes.clear(),
            Fault::Print(text) => bytes = text.clone().into_bytes(),
            Fault::Half => bytes.truncate(bytes.len() / 2),
            Fault::DieHalfway => {
                bytes.truncate(bytes.len() / 2);
                dies = true;
            }
            Fault::NoText => bytes.splice(0..0, *b"\xff\xfe\x00").for_each(drop),
            Fault::Latin1 => bytes = latin1(&bytes),
            Fault::Nested(levels) => {
                bytes = ["[".repeat(*levels), "]".repeat(*levels)]
                    .concat()
                    .into_bytes();
            }
            Fault::Complain(text) => {
                let _ = io::stderr().write_all(text.as_bytes());
            }
            Fault::Megabytes(megabytes) => {
                print_megabytes(*megabytes);
                return 0;
            }
            _ => {}
        }
    }
    let mut out = io::stdout().lock();
    // Whoever reads may have gone.
    let _ = out.write_all(&bytes).and_then(|()| out.flush());
    if dies {
        signal(process::id());
    }
    0
}

fn print_megabytes(megabytes: usize) {
    let mut out = io::stdout().lock();
    let piece = "a".repeat(1 << 20);
    let _ = out.write_all(b"{\"filler\": \"");
    for _ in 0..megabytes {
        if out.write_all(piece.as_bytes()).is_err() {
            return;
        }
    }
    let _ = out.write_all(b"\"}\n");
}

fn latin1(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let letters = text.chars();
    letters
        .map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?'))
        .collect()
}

/// Waits, but not when nobody waits for the answer any more.
fn sleep(milliseconds: u64) {
    let parent = parent_id();
    for _ in 0..milliseconds.div_ceil(20) {
        thread::sleep(Duration::from_millis(20));
        if parent_id() != parent {
            process::exit(1);
        }
    }
}

fn kill_parent(call: &Call, log: &Path) {
    call.wait_for_others(log);
    let parent = parent_id();
    let name = fs::read_to_string(format!("/proc/{parent}/comm")).unwrap_or_default();
    // Never anybody else, such as who takes in the children of the dead.
    if name.trim() == "iam-refine" {
        signal(parent);
    }
    thread::sleep(Duration::from_millis(50));
    process::exit(1);
}

fn signal(process: u32) {
    let _ = Command::new("kill")
        .args(["-KILL", &process.to_string()])
        .status();
}
