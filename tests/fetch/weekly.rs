//! The workflow of `docs/github`: its steps are run in a repository, with programs that play `aws`,
//! `terraform` and `gh`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::aws::{Aws, ROLE, a_role, program};
use crate::run::{Run, RunIt, iam_refine};

const WORKFLOW: &str = include_str!("../../docs/github/unused-permissions.yml");

const SOURCE: &str = r#"resource "aws_iam_role" "mine" {
  name               = "MyRole"
  path               = "/app/"
  assume_role_policy = "{}"
}

resource "aws_iam_role_policy" "buckets" {
  name = "ReadBuckets"
  role = aws_iam_role.mine.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:Get*", "s3:List*"], Resource = "*" }]
  })
}
"#;

/// What the step of this name runs.
fn step(name: &str) -> String {
    let after = WORKFLOW.split_once(&format!("- name: {name}\n")).unwrap().1;
    let (_, run) = after.split_once("run: ").unwrap();
    let (first, rest) = run.split_once('\n').unwrap();
    if first != "|" {
        return first.to_owned();
    }
    let indented = rest
        .lines()
        .take_while(|line| line.starts_with("          "));
    indented.fold(String::new(), |text, line| {
        text + line.trim_start_matches("          ") + "\n"
    })
}

/// A clone of a repository with a root module, as a runner has it.
struct Runner {
    aws: Aws,
    /// What of the workflow's `env` is filled in.
    env: &'static str,
}

impl Runner {
    fn new() -> Self {
        Runner::with(&a_role())
    }

    fn with(world: &Value) -> Self {
        let runner = Runner {
            aws: Aws::with(world),
            env: "",
        };
        let root = runner.path("work/infrastructure");
        fs::create_dir_all(&root).unwrap();
        fs::write(root.join("main.tf"), SOURCE).unwrap();
        runner.git(&["init", "-q", "--bare", "../origin"]);
        runner.git(&["init", "-q", "-b", "main"]);
        runner.git(&["remote", "add", "origin", "../origin"]);
        runner.git(&["add", "--all"]);
        let ann = ["-c", "user.name=ann", "-c", "user.email=ann@example.com"];
        runner.git(&[&ann[..], &["commit", "-q", "-m", "Begin"]].concat());

        let of = |address: &str, values: Value| {
            let (kind, name) = address.split_once('.').unwrap();
            json!({"address": address, "mode": "managed", "type": kind, "name": name, "values": values,
                "provider_name": "registry.terraform.io/hashicorp/aws"})
        };
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"}]}"#;
        let state = json!({"format_version": "1.0", "values": {"root_module": {"resources": [
            of("aws_iam_role.mine",
                json!({"id": "MyRole", "name": "MyRole", "path": "/app/", "arn": ROLE, "assume_role_policy": "{}"})),
            of("aws_iam_role_policy.buckets",
                json!({"id": "MyRole:ReadBuckets", "name": "ReadBuckets", "role": "MyRole", "policy": policy})),
        ]}}});
        fs::write(runner.path("state.json"), state.to_string()).unwrap();
        fs::create_dir(runner.path("tools")).unwrap();
        runner.tool("aws", &format!("exec '{}' \"$@\"", program().display()));
        runner.tool(
            "terraform",
            "[ \"$1\" != show ] || cat \"$HOME/state.json\"",
        );
        // An open pull request is a file; closing it removes that.
        runner.tool(
            "gh",
            "case \"$2\" in\nlist) cat \"$HOME/open\" 2>/dev/null || true; exit ;;\n\
             create) echo 7 >\"$HOME/open\" ;;\n\
             edit) [ \"$3\" = 7 ] && [ -e \"$HOME/open\" ] || exit 1 ;;\n\
             close) [ \"$3\" = 7 ] && rm \"$HOME/open\" && echo close >>\"$HOME/gh\"; exit ;;\nesac\n\
             echo \"$2 $(git -C ../origin log -1 --format=%s \"$BRANCH\")\" >>\"$HOME/gh\"",
        );
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.aws.path().join(name)
    }

    fn tool(&self, name: &str, script: &str) {
        let path = self.path("tools").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        let run = (Command::new("git")
            .current_dir(self.path("work"))
            .args(arguments))
        .run();
        assert_eq!(run.exit, 0, "{arguments:?}: {}", run.stderr);
        run.stdout
    }

    /// Commits as somebody who is not the workflow.
    fn commit_as_ann(&self, arguments: &[&str]) {
        let ann = ["-c", "user.name=ann", "-c", "user.email=ann@example.com"];
        self.git(&[&ann[..], &["commit", "-q"], arguments].concat());
    }

    /// Runs the step of this name, as a runner does: bash that ends at the first failure.
    fn run(&self, name: &str, folder: &str) -> Run {
        let program = iam_refine();
        let program = Path::new(program.get_program()).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let path = format!(
            "{}:{}:{path}",
            self.path("tools").display(),
            program.display()
        );
        let script = self.path("step.sh");
        fs::write(&script, self.env.to_owned() + &step(name)).unwrap();
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail"])
            .arg(script)
            .current_dir(self.path(folder))
            .env("PATH", path)
            .env("HOME", self.aws.path())
            .env("RUNNER_TEMP", self.aws.path())
            .env("GITHUB_STEP_SUMMARY", self.path("summary.md"))
            .env("PLAYED_AWS", self.aws.path())
            .env("XDG_STATE_HOME", self.path("state"))
            .env("SOURCE_DATE_EPOCH", "1795392000")
            .env("BRANCH", "unused-permissions");
        command.run()
    }

    /// The same on another runner, which has main anew.
    fn next_week(&self) {
        self.git(&["switch", "-q", "main"]);
        fs::remove_dir_all(self.path("account")).unwrap();
        fs::remove_file(self.path("record.json")).unwrap();
        for run in self.week() {
            assert_eq!(run.exit, 0, "{}", run.stderr);
        }
    }

    /// The three steps, one after the other.
    fn week(&self) -> [Run; 3] {
        [
            self.run("Ask AWS, which only reads", "work"),
            self.run("Refine", "work/infrastructure"),
            self.run("Open the pull request", "work"),
        ]
    }
}

#[test]
fn a_pull_request_is_opened_and_then_brought_up_to_date() {
    let mut runner = Runner::new();
    for run in runner.week() {
        assert_eq!(run.exit, 0, "{}", run.stderr);
    }
    let patch = runner.git(&["show", "--format=%an %s", "unused-permissions"]);
    assert!(
        patch.starts_with("github-actions[bot] Remove unused permissions\n"),
        "{patch}"
    );
    assert!(patch.contains("infrastructure/main.tf"), "{patch}");
    assert!(
        patch.contains(
            "-    Statement = [{ Effect = \"Allow\", Action = [\"s3:Get*\", \"s3:List*\"]"
        ),
        "{patch}"
    );
    let body = fs::read_to_string(runner.path("body.md")).unwrap();
    assert!(
        body.contains("GetBucketAcl") && body.contains("GetBucketWebsite"),
        "{body}"
    );
    assert_eq!(fs::read_to_string(runner.path("summary.md")).unwrap(), body);
    assert!(runner.path("record.json").exists());
    let gh = runner.path("gh");
    let asked = || fs::read_to_string(&gh).unwrap();
    let refined = "Remove unused permissions";
    assert_eq!(
        asked(),
        format!("create {refined}\n"),
        "none is open, so one is made"
    );

    // A week later nobody has merged it: main is as it was, and the branch is left alone.
    let pushed = |runner: &Runner| runner.git(&["ls-remote", "origin", "unused-permissions"]);
    let first = pushed(&runner);
    runner.env = "export GIT_COMMITTER_DATE=2030-01-01T00:00:00Z\n";
    runner.next_week();
    assert_eq!(asked(), format!("create {refined}\nedit {refined}\n"));
    assert_eq!(pushed(&runner), first, "approvals of it hold");
    // It was closed since: it stays so, and another one is made.
    fs::remove_file(runner.path("open")).unwrap();
    runner.next_week();
    assert!(asked().ends_with(&format!("edit {refined}\ncreate {refined}\n")));
    assert_eq!(pushed(&runner), first);
    // Something else is on main by now: the edit is made on that.
    runner.git(&["switch", "-q", "main"]);
    runner.commit_as_ann(&["--allow-empty", "-m", "Go on"]);
    runner.next_week();
    assert_ne!(pushed(&runner), first);
    assert_eq!(
        runner.git(&["log", "-1", "--format=%s", "unused-permissions^"]),
        "Go on\n"
    );
}

#[test]
fn nothing_is_opened_where_nothing_is_unused() {
    let runner = Runner::new();
    for run in runner.week() {
        assert_eq!(run.exit, 0, "{}", run.stderr);
    }
    // The pull request is merged and applied, and AWS is asked again.
    runner.git(&["switch", "-q", "main"]);
    runner.git(&["merge", "-q", "unused-permissions"]);
    fs::remove_file(runner.path("gh")).unwrap();
    fs::remove_file(runner.path("open")).unwrap();
    fs::remove_file(runner.path("record.json")).unwrap();
    let opened = runner.run("Open the pull request", "work");
    assert_eq!(
        (opened.exit, opened.stdout.as_str()),
        (
            0,
            "No file is edited. The summary tells what stays, and why.\n"
        )
    );
    assert!(!runner.path("gh").exists());
}

#[test]
fn what_cannot_be_refined_fails_the_job_and_opens_nothing() {
    let runner = Runner::new();
    fs::write(runner.path("state.json"), "{").unwrap();
    let fetched = runner.run("Ask AWS, which only reads", "work");
    assert_eq!(fetched.exit, 0, "{}", fetched.stderr);
    let refined = runner.run("Refine", "work/infrastructure");
    assert_eq!(refined.exit, 2, "{}", refined.stderr);
    assert_eq!(runner.git(&["status", "--short"]), "");
}

#[test]
fn an_organizations_analyzer_is_asked_by_a_role_of_its_account() {
    let mut world = a_role();
    world["profiles"]["findings"] = json!({"region": "eu-west-1", "account": "999999999999"});
    world["analyzers"][0]["account"] = "999999999999".into();
    world["analyzers"][0]["type"] = "ORGANIZATION_UNUSED_ACCESS".into();
    let mut runner = Runner::with(&world);
    assert!(WORKFLOW.contains("\n  FINDINGS_ROLE: \"\"\n"));
    runner.env = "FINDINGS_ROLE=arn:aws:iam::999999999999:role/findings\n";
    let played = program();
    runner.tool(
        "aws",
        &format!(
            "[ \"$1\" != configure ] || {{ echo \"$*\" >>\"$HOME/configured\"; exit; }}\nexec '{}' \"$@\"",
            played.display()
        ),
    );
    for run in runner.week() {
        assert_eq!(run.exit, 0, "{}", run.stderr);
    }
    assert_eq!(
        fs::read_to_string(runner.path("configured")).unwrap(),
        "configure set role_arn arn:aws:iam::999999999999:role/findings --profile findings\n\
         configure set credential_source Environment --profile findings\n"
    );
    let body = fs::read_to_string(runner.path("body.md")).unwrap();
    assert!(body.contains("GetBucketAcl"), "{body}");
}

#[test]
fn an_account_without_a_finding_fails_the_job() {
    let mut world = a_role();
    let runner = Runner::with(&world);
    for run in runner.week() {
        assert_eq!(run.exit, 0, "{}", run.stderr);
    }
    for finding in world["analyzers"][0]["findings"].as_array_mut().unwrap() {
        finding["status"] = "RESOLVED".into();
    }
    world["last_accessed"] = json!({});
    runner.aws.becomes(&world);
    runner.git(&["switch", "-q", "main"]);
    fs::remove_dir_all(runner.path("account")).unwrap();
    fs::remove_file(runner.path("record.json")).unwrap();
    let fetched = runner.run("Ask AWS, which only reads", "work");
    assert_eq!(fetched.exit, 0, "{}", fetched.stderr);
    let refined = runner.run("Refine", "work/infrastructure");
    // That nothing counts as found is no answer: the job fails, and the pull request stays as it is.
    assert_eq!(refined.exit, 2, "{}", refined.stderr);
    let said = "error: none of the files holds findings, so nothing is known to be unused\n";
    assert!(refined.stderr.contains(said), "{}", refined.stderr);

    // So do a check in the pipeline, and one of the account.
    let account = runner.path("account");
    let account = account.to_str().unwrap();
    let state = runner.path("state.json");
    for arguments in [
        &[".", state.to_str().unwrap(), account][..],
        &["--account", account],
    ] {
        let mut command = iam_refine();
        command.current_dir(runner.path("work/infrastructure"));
        let checked = command.args(["refine", "--check"]).args(arguments).run();
        assert_eq!(checked.exit, 2, "{}", checked.stderr);
    }
}

#[test]
fn commits_of_others_stay() {
    let runner = Runner::new();
    for run in runner.week() {
        assert_eq!(run.exit, 0, "{}", run.stderr);
    }
    runner.commit_as_ann(&["--allow-empty", "-m", "Take one back"]);
    runner.git(&["push", "-q", "origin", "unused-permissions"]);
    runner.git(&["switch", "-q", "main"]);
    fs::remove_dir_all(runner.path("account")).unwrap();
    fs::remove_file(runner.path("record.json")).unwrap();
    let [_, _, opened] = runner.week();
    assert_eq!(opened.exit, 0, "{}", opened.stderr);
    let told = "::warning::unused-permissions has commits of others and stays as it is: merge it, or delete it\n";
    assert!(opened.stdout.ends_with(told), "{}", opened.stdout);
    let last = runner.git(&["log", "-1", "--format=%s", "origin/unused-permissions"]);
    assert_eq!(last, "Take one back\n");
    assert_eq!(
        fs::read_to_string(runner.path("gh")).unwrap(),
        "create Remove unused permissions\n"
    );
}

#[test]
fn what_something_else_changed_is_not_proposed() {
    let runner = Runner::new();
    let lock = runner.path("work/infrastructure/.terraform.lock.hcl");
    fs::write(&lock, "one\n").unwrap();
    runner.git(&["add", "--all"]);
    runner.commit_as_ann(&["-m", "Lock"]);
    fs::write(&lock, "two\n").unwrap();
    assert_eq!(runner.run("Ask AWS, which only reads", "work").exit, 0);
    let refined = runner.run("Refine", "work/infrastructure");
    assert_ne!(refined.exit, 0, "{}", refined.stdout);
    assert!(refined.stdout.contains("+two"), "{}", refined.stdout);
}
