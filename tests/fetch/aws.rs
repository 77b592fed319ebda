//! The played `aws`, the accounts that it plays, and how it was called.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::run::{Run, RunIt, folder, iam_refine};

pub const ROLE: &str = "arn:aws:iam::123456789012:role/app/MyRole";
pub const SHARED: &str = "arn:aws:iam::123456789012:policy/Shared";
pub const READ_ONLY: &str = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess";
pub const ANALYZER: &str = "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/unused";

/// A role with an inline policy, one of its own that another role has too, and one of AWS, of which
/// an analyzer found some to be unused.
pub fn a_role() -> Value {
    json!({
        "profiles": {"default": {"region": "eu-west-1"}},
        "roles": [
            {
                "name": "MyRole",
                "path": "/app/",
                "inline": {"ReadBuckets": ["s3:Get*", "s3:List*"]},
                "attached": [SHARED, READ_ONLY],
            },
            {"name": "Other", "attached": [SHARED]},
        ],
        "policies": [
            {
                "arn": SHARED,
                "versions": [
                    {"id": "v1", "document": ["lambda:*"]},
                    {"id": "v2", "document": ["lambda:Get*", "lambda:InvokeFunction"]},
                ],
            },
            {"arn": READ_ONLY, "versions": [{"id": "v3", "document": ["sqs:Get*"]}]},
        ],
        "analyzers": [{
            "name": "unused",
            "region": "eu-west-1",
            "findings": [
                {
                    "id": "11111111-aaaa-4444-8888-000000000001",
                    "resource": ROLE,
                    "unused": {"s3": ["GetBucketAcl", "GetBucketWebsite"], "sqs": []},
                },
                {
                    "id": "11111111-aaaa-4444-8888-000000000002",
                    "resource": ROLE,
                    "status": "ARCHIVED",
                    "unused": {"s3": ["GetObject"]},
                },
                {
                    "id": "11111111-aaaa-4444-8888-000000000003",
                    "resource": "arn:aws:iam::123456789012:role/Other",
                    "unused": {"lambda": ["GetFunction"]},
                },
            ],
        }],
        "last_accessed": {ROLE: {"services": {
            "s3": {
                "last": "2026-09-30T08:00:00+00:00",
                "actions": {"ListBucket": "2026-09-30T08:00:00+00:00", "GetObject": null},
            },
            "sqs": {},
        }}},
    })
}

/// A user in a group, and no analyzer anywhere.
pub fn a_user() -> Value {
    json!({
        "profiles": {"default": {"region": "us-east-1"}},
        "users": [{
            "name": "ann",
            "inline": {"Own": ["s3:Get*"]},
            "attached": [READ_ONLY],
            "groups": ["Ops"],
        }],
        "groups": [{"name": "Ops", "inline": {"Queues": ["sqs:*"]}, "attached": [SHARED]}],
        "policies": [
            {"arn": SHARED, "versions": [{"id": "v1", "document": ["lambda:*"]}]},
            {"arn": READ_ONLY, "versions": [{"id": "v3", "document": ["sqs:Get*"]}]},
        ],
    })
}

/// `world` with these rules for what goes wrong.
pub fn with_rules(mut world: Value, rules: Value) -> Value {
    world["rules"] = rules;
    world
}

/// An `aws` for one test.
pub struct Aws {
    folder: TempDir,
}

/// How it was called once.
#[derive(Debug, Deserialize)]
pub struct Call {
    pub arguments: Vec<String>,
    pub environment: BTreeMap<String, String>,
    pub input: String,
    pub folder: PathBuf,
    pub start: u64,
    /// None for a call that was killed, or still runs.
    #[serde(skip)]
    pub end: Option<u64>,
}

impl Aws {
    pub fn with(world: &Value) -> Self {
        let aws = Aws { folder: folder() };
        aws.becomes(world);
        aws
    }

    /// From now on the account is this one.
    pub fn becomes(&self, world: &Value) {
        fs::write(self.folder.path().join("world.json"), world.to_string()).unwrap();
    }

    /// Where it writes down its calls, and where there is room for a test's own files.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `iam-refine` with these arguments, which finds this `aws`, in its folder.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = iam_refine();
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.path())
            .env("XDG_STATE_HOME", self.path().join("state"))
            .env("PLAYED_AWS", self.path())
            .args(arguments)
            .args(["--aws", program().to_str().unwrap()]);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        self.program(arguments).run()
    }

    /// `refine` with these arguments, which asks nobody.
    pub fn refine(&self, arguments: &[&str]) -> Run {
        refine(self.path(), arguments)
    }

    /// `fetch` with these arguments, into the folder `answers`.
    pub fn fetch(&self, arguments: &[&str]) -> Run {
        self.run(&[&["fetch", "-o", "answers"], arguments].concat())
    }

    /// The same, when it has to end well.
    pub fn fetched(&self, arguments: &[&str]) -> Run {
        let run = self.fetch(arguments);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        run
    }

    /// The same, when some answers are missing in the end.
    pub fn fetched_in_part(&self, arguments: &[&str]) -> Run {
        let run = self.fetch(arguments);
        assert_eq!(run.exit, 1, "{}", run.stderr);
        run
    }

    /// The files of the folder `answers`, by their names.
    pub fn answers(&self) -> BTreeMap<String, String> {
        let folder = self.path().join("answers");
        let entries = fs::read_dir(folder).unwrap();
        let files = entries.map(|entry| {
            let entry = entry.unwrap();
            let text = fs::read_to_string(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), text)
        });
        files.collect()
    }

    pub fn manifest(&self) -> Value {
        serde_json::from_str(&self.answers()["manifest.json"]).unwrap()
    }

    /// How it was called.
    pub fn calls(&self) -> Vec<Call> {
        let Ok(text) = fs::read_to_string(self.path().join("calls.jsonl")) else {
            return Vec::new();
        };
        let lines = text.lines();
        let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
        let (begun, ended): (Vec<Value>, Vec<Value>) =
            lines.partition(|line| line.get("arguments").is_some());
        let end_of = |call: &Value| {
            let end = ended.iter().find(|end| end["call"] == call["call"])?;
            end["end"].as_u64()
        };
        let calls = begun.iter().map(|line| Call {
            end: end_of(line),
            ..serde_json::from_value(line.clone()).unwrap()
        });
        calls.collect()
    }

    /// The arguments of each call but for those that all have, in the order of the alphabet.
    pub fn asked(&self) -> Vec<String> {
        let mut asked: Vec<String> = self.calls().iter().map(Call::words).collect();
        asked.sort();
        asked
    }

    /// Waits until something with these `words` is asked.
    pub fn wait_for(&self, words: &str) {
        let begun = Instant::now();
        while !self.asked().iter().any(|asked| asked.contains(words)) {
            assert!(begun.elapsed() < Duration::from_secs(20), "it asks");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Call {
    /// What was asked, without how it is to be printed.
    pub fn words(&self) -> String {
        let words = self.arguments.join(" ");
        words.replace(" --output json --color off", "")
    }

    /// The words after an option.
    pub fn option(&self, name: &str) -> Option<&str> {
        let joined = format!("{name}=");
        let mut arguments = self.arguments.iter();
        while let Some(argument) = arguments.next() {
            if argument == name {
                return arguments.next().map(String::as_str);
            }
            if let Some(value) = argument.strip_prefix(&joined) {
                return Some(value);
            }
        }
        None
    }
}

/// `refine` with these arguments, in `folder`.
pub fn refine(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = iam_refine();
    command.current_dir(folder);
    command.env("XDG_STATE_HOME", folder.join("state"));
    command.arg("refine").args(arguments).run()
}

/// The program that plays `aws`. `cargo test` builds it beside the tests.
pub fn program() -> PathBuf {
    let test = env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).unwrap();
    let program = folder.join("examples/played_aws");
    assert!(
        program.exists(),
        "build it: cargo build --example played_aws"
    );
    program
}
