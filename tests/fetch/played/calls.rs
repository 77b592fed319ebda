//! How it was called, one line of `calls.jsonl` when a call begins and one when it ends.
//!
//! A call that is killed has no end. Parallel calls take turns at the file.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// How long others are waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A call of the program.
pub struct Call {
    /// Which one it is, from 1.
    pub number: usize,
    pub arguments: Vec<String>,
    /// The arguments of all calls before it.
    pub before: Vec<Vec<String>>,
    path: PathBuf,
}

impl Call {
    pub fn begin(folder: &Path, arguments: &[String]) -> Self {
        let path = folder.join("calls.jsonl");
        let input = standard_input();
        let mut file = open(&path);
        file.lock().expect("the record is locked");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("the record is read");
        let before: Vec<Vec<String>> = text.lines().filter_map(arguments_of).collect();
        let number = before.len() + 1;
        let line = json!({
            "call": number,
            "arguments": arguments,
            "environment": environment(),
            "input": input,
            "folder": env::current_dir().ok(),
            "start": now(),
        });
        append(&mut file, &line);
        Self {
            number,
            arguments: arguments.to_vec(),
            before,
            path,
        }
    }

    pub fn end(&self, exit: u8) {
        let mut file = open(&self.path);
        file.lock().expect("the record is locked");
        let line = json!({"call": self.number, "end": now(), "exit": exit});
        append(&mut file, &line);
    }

    /// Waits until all other calls have ended and `log`, which whoever calls keeps, has a line for
    /// each of them, but for the two that it begins with, and a line to begin with. A call may be on its
    /// way that has not said so: on a busy machine it takes a while.
    pub fn wait_for_others(&self, log: &Path) {
        let begun = Instant::now();
        let mut is_quiet = 0;
        while is_quiet < 25 && begun.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(10));
            let text = fs::read_to_string(&self.path).unwrap_or_default();
            let ended = text.matches("\"end\":").count();
            let begun = text.matches("\"arguments\":").count();
            let kept = fs::read_to_string(log).map_or(0, |text| text.lines().count());
            let is_kept = ended <= 2 || kept + 1 >= ended;
            let all_ended = begun <= ended + 1;
            is_quiet = if all_ended && is_kept {
                is_quiet + 1
            } else {
                0
            };
        }
    }

    /// How many calls before this one were like it: with all of `words` among their arguments.
    pub fn earlier(&self, words: &[&str]) -> usize {
        let alike = |arguments: &&Vec<String>| has_all(arguments, words);
        self.before.iter().filter(alike).count()
    }
}

/// Whether all of `words` are among `arguments`.
pub fn has_all(arguments: &[String], words: &[&str]) -> bool {
    words.iter().all(|word| {
        let is_it = |argument: &String| argument == word || argument.ends_with(&format!("={word}"));
        arguments.iter().any(is_it)
    })
}

fn arguments_of(line: &str) -> Option<Vec<String>> {
    // Reading all of every line would take the time of a thousand calls.
    if !line.contains("\"arguments\"") {
        return None;
    }
    let line: Value = serde_json::from_str(line).expect("a line of the record");
    serde_json::from_value(line["arguments"].clone()).ok()
}

fn open(path: &Path) -> File {
    let mut options = OpenOptions::new();
    let opened = options.create(true).read(true).append(true).open(path);
    opened.expect("the record is opened")
}

fn append(file: &mut File, line: &Value) {
    file.seek(SeekFrom::End(0)).expect("the record has an end");
    let line = format!("{line}\n");
    file.write_all(line.as_bytes())
        .expect("the record is written");
}

fn environment() -> BTreeMap<String, String> {
    let all = env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        Some((name, value.to_string_lossy().into_owned()))
    });
    all.filter(|(name, _)| name.starts_with("AWS_")).collect()
}

/// Whether there is nothing to read: `empty`, `something`, or `open` where one would wait.
fn standard_input() -> &'static str {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let read = std::io::stdin().lock().read(&mut [0]);
        let _ = tell.send(read.unwrap_or(0));
    });
    match told.recv_timeout(Duration::from_millis(500)) {
        Ok(0) => "empty",
        Ok(_) => "something",
        Err(_) => "open",
    }
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    u64::try_from(millis).unwrap_or(u64::MAX)
}
