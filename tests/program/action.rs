//! The steps of `action.yml`, run as a runner of GitHub's runs them, and the check of a release.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::run::{Run, RunIt, folder, iam_refine};

/// What a step leaves behind.
struct Step {
    run: Run,
    outputs: String,
    summary: String,
}

impl Step {
    fn output(&self, name: &str) -> Option<&str> {
        let start = format!("{name}=");
        self.outputs
            .lines()
            .find_map(|line| line.strip_prefix(&start))
    }
}

/// A script of the repository, with the program on the PATH and the files that a runner names.
fn script(name: &str, home: &Path) -> Command {
    let mut command = iam_refine();
    let program = Path::new(command.get_program()).parent().expect("a folder");
    let path = format!(
        "{}:{}",
        program.display(),
        std::env::var("PATH").expect("a PATH")
    );
    let environment: Vec<_> = (command.get_envs())
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect();
    command = Command::new("bash");
    command
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(name))
        .current_dir(home)
        .envs(environment)
        .env("PATH", path)
        .env("GITHUB_OUTPUT", home.join("outputs"))
        .env("GITHUB_STEP_SUMMARY", home.join("summary"))
        .env("GITHUB_PATH", home.join("path"))
        .env("GITHUB_ACTION_PATH", env!("CARGO_MANIFEST_DIR"))
        .env("RUNNER_TEMP", home);
    command
}

/// The step that looks for what is unused, in a folder with the demo's files, one of which has a
/// blank in its name.
fn check(home: &Path, arguments: &str, baseline: &str) -> Step {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    fs::copy(demo.join("policy.json"), home.join("my policy.json")).expect("copied");
    fs::copy(demo.join("findings.json"), home.join("findings.json")).expect("copied");
    for left in ["outputs", "summary"] {
        fs::write(home.join(left), "").expect("written");
    }
    let mut check = script(".github/action/check.sh", home);
    let run = (check.env("ARGUMENTS", arguments).env("BASELINE", baseline)).run();
    let left = |name| fs::read_to_string(home.join(name)).expect("read");
    Step {
        run,
        outputs: left("outputs"),
        summary: left("summary"),
    }
}

#[test]
fn the_action_fails_on_what_is_unused_and_shows_it() {
    let home = folder();
    let step = check(home.path(), "'my policy.json' findings.json", "");
    assert_eq!(step.run.exit, 1, "{}", step.run.stderr);
    assert_eq!(step.output("unused"), Some("true"));
    let sarif = fs::read(step.output("sarif").expect("a file")).expect("read");
    let sarif: Value = serde_json::from_slice(&sarif).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), 9, "eight literals and a wildcard");
    let markdown = fs::read_to_string(step.output("markdown").expect("a file")).expect("read");
    assert_eq!(step.summary, markdown);
    assert!(
        markdown.contains("30 actions are not granted"),
        "{markdown}"
    );
    assert!(step.run.stdout.contains("::error "), "{}", step.run.stdout);
    // The log says it once, though the program ran twice.
    assert_eq!(
        step.run.stderr.matches("proof ").count(),
        1,
        "{}",
        step.run.stderr
    );
}

#[test]
fn the_action_passes_what_the_baseline_knows() {
    let home = folder();
    let files = "\"my policy.json\" findings.json";
    check(home.path(), files, "");
    let record = iam_refine()
        .current_dir(home.path())
        .args([
            "refine",
            "my policy.json",
            "findings.json",
            "--format",
            "json",
        ])
        .run();
    fs::write(home.path().join("baseline.json"), record.stdout).expect("written");
    let step = check(home.path(), files, "baseline.json");
    assert_eq!(step.run.exit, 0, "{}", step.run.stderr);
    assert_eq!(step.output("unused"), Some("false"));
    assert!(step.output("sarif").is_some());
    assert!(!step.run.stdout.contains("::error"), "{}", step.run.stdout);
}

#[test]
fn the_action_says_what_is_wrong_with_its_input() {
    let home = folder();
    let step = check(home.path(), "nowhere.json findings.json", "");
    assert_eq!(step.run.exit, 2);
    assert!(
        step.run.stderr.contains("nowhere.json"),
        "{}",
        step.run.stderr
    );
    assert_eq!(step.outputs, "", "nothing to upload");
    assert_eq!(step.summary, "");
    // Words are words: nothing in them is run.
    let step = check(home.path(), "$(touch here) `touch here` findings.json", "");
    assert_eq!(step.run.exit, 2);
    assert!(!home.path().join("here").exists());
}

#[test]
fn the_action_installs_the_release_that_it_is_of() {
    let home = folder();
    let tools = home.path().join("tools");
    fs::create_dir(&tools).expect("made");
    for name in ["bash", "sh", "sed", "head", "mkdir", "cat", "chmod"] {
        let found = (std::env::split_paths(&std::env::var_os("PATH").expect("a PATH")))
            .map(|folder| folder.join(name))
            .find(|path| path.exists());
        std::os::unix::fs::symlink(found.expect(name), tools.join(name)).expect("linked");
    }
    // Plays curl: what it is asked for, and an installer that puts the program where it is told to.
    let curl = "#!/bin/sh\nwhile [ $# -gt 1 ]; do [ \"$1\" = --output ] && to=$2; shift; done\n\
        echo \"$1\" > asked\necho 'mkdir -p $CARGO_HOME/bin; echo > $CARGO_HOME/bin/iam-refine' > \"$to\"\n";
    fs::write(tools.join("curl"), curl).expect("written");
    fs::set_permissions(tools.join("curl"), fs::Permissions::from_mode(0o755)).expect("set");
    let run = script(".github/action/install.sh", home.path())
        .env("PATH", &tools)
        .env("GITHUB_SERVER_URL", "https://example.com")
        .env("REPOSITORY", "security/iam-refine")
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let asked = fs::read_to_string(home.path().join("asked")).expect("read");
    let release = "https://example.com/security/iam-refine/releases/download";
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        asked,
        format!("{release}/v{version}/iam-refine-installer.sh\n")
    );
    let path = fs::read_to_string(home.path().join("path")).expect("read");
    assert!(
        Path::new(path.trim_end()).join("iam-refine").exists(),
        "{path}"
    );

    let had = script(".github/action/install.sh", home.path()).run();
    assert_eq!(had.exit, 0, "{}", had.stderr);
    assert!(had.stdout.contains(version), "{}", had.stdout);
    // Another version is none.
    let other = tools.join("iam-refine");
    fs::write(&other, "#!/bin/sh\necho iam-refine 0.0.1\n").expect("written");
    fs::set_permissions(&other, fs::Permissions::from_mode(0o755)).expect("set");
    fs::remove_file(home.path().join("asked")).expect("removed");
    let run = script(".github/action/install.sh", home.path())
        .env("PATH", &tools)
        .env("GITHUB_SERVER_URL", "https://example.com")
        .env("REPOSITORY", "security/iam-refine")
        .run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(home.path().join("asked").exists());
}

/// The check in a repository with these texts.
fn release_check(tag: &str, address: &str, changes: &str, readme: &str) -> Run {
    let home = folder();
    let scripts = home.path().join(".github");
    fs::create_dir(&scripts).expect("made");
    fs::create_dir(home.path().join("docs")).expect("made");
    let check = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/release-check.sh");
    fs::copy(check, scripts.join("release-check.sh")).expect("copied");
    let manifest = format!(
        "[package]\nversion = \"1.2.3\"\nrepository = \"{address}\"\nhomepage = \"{address}\"\n"
    );
    for (name, text) in [
        ("Cargo.toml", manifest.as_str()),
        ("CHANGELOG.md", changes),
        ("README.md", readme),
        ("docs/installing.md", readme),
    ] {
        fs::write(home.path().join(name), text).expect("written");
    }
    (Command::new("bash")
        .arg(scripts.join("release-check.sh"))
        .arg(tag))
    .run()
}

#[test]
fn a_release_that_is_not_ready_is_refused() {
    let address = "https://github.com/security/iam-refine";
    let ready = release_check(
        "v1.2.3",
        address,
        "# Changes\n\n## 1.2.3\n",
        "# iam-refine\n",
    );
    assert_eq!((ready.exit, ready.stderr.as_str()), (0, ""));
    let owner = "https://github.com/OWNER/iam-refine";
    let changes = "# Changes\n\n## Unreleased\n";
    let not = release_check("v1.2.4", owner, changes, "There is no release yet.\n");
    assert_eq!(not.exit, 1);
    for fault in [
        "says OWNER",
        "the tag is v1.2.4",
        "'## 1.2.3'",
        "no release yet",
    ] {
        assert!(not.stderr.contains(fault), "{fault}: {}", not.stderr);
    }
}
