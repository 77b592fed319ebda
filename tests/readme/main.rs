//! What the README and the chapters in `docs/` say is what the program does.
//!
//! Parts of them are made by the program: `WRITE_EXPECTED=1 cargo test --test readme` writes those
//! anew.

mod page;
#[path = "../program/run.rs"]
mod run;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use iam_refine::aws::Read;
use iam_refine::tui::key_table;
use page::{Page, in_repository, manual};
use run::{Run, RunIt, folder, iam_refine};

/// The demo's files in an empty folder, under the names that the chapters use.
fn demo_files() -> tempfile::TempDir {
    let folder = folder();
    for name in ["policy.json", "findings.json"] {
        let demo = in_repository("assets/demo").join(name);
        fs::copy(demo, folder.path().join(name)).expect("a copy");
    }
    folder
}

fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    iam_refine().current_dir(folder).args(arguments).run()
}

/// Compares a part of a chapter with what it has to be, or writes it.
fn check_part(chapter: &str, name: &str, expected: &str) {
    let page = Page::read(chapter);
    let found = page.part(name);
    if env::var_os("WRITE_EXPECTED").is_some() {
        let marked = |part: &str| format!("<!-- {name} -->\n{part}<!-- end of {name} -->");
        let text = page.text.replace(&marked(found), &marked(expected));
        fs::write(in_repository(chapter), text).expect("written");
        return;
    }
    assert_eq!(
        found, expected,
        "{chapter}: write it anew: WRITE_EXPECTED=1 cargo test --test readme"
    );
}

/// The policy and the finding of the record in `docs/reviewing.md`.
const RECORDED: [(&str, &str); 2] = [
    (
        "policy.json",
        r#"{"Statement": {"Effect": "Allow", "Action": ["sqs:Se*", "s3:DeleteBucket"], "Resource": "*"}}"#,
    ),
    (
        "finding.json",
        r#"{"id": "8f3e61b0-9d6a-4d2e-8b4b-6a0d4c5e7f10", "status": "ACTIVE",
            "resource": "arn:aws:iam::111122223333:role/Reporter", "analyzedAt": "2026-10-20T08:00:00Z",
            "findingDetails": [
                {"unusedPermissionDetails": {"serviceNamespace": "sqs", "actions": [
                    {"action": "SetQueueAttributes", "lastAccessed": "2026-02-03T10:00:00Z"}]}},
                {"unusedPermissionDetails": {"serviceNamespace": "s3", "actions": [
                    {"action": "DeleteBucket"}]}}]}"#,
    ),
];

#[test]
fn the_record_is_one_that_the_program_writes() {
    let folder = folder();
    for (name, text) in RECORDED {
        fs::write(folder.path().join(name), text).expect("written");
    }
    let files = ["policy.json", "finding.json", "--record", "record.json"];
    let mut review = iam_refine();
    let review = review.current_dir(folder.path());
    let review = review.args(["review", "--plain"]).args(files);
    let run = review
        .env("XDG_STATE_HOME", folder.path().join("state"))
        .run_with("a\ny\nr the yearly clean-up needs it\nw\ny\n");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let record = fs::read_to_string(folder.path().join("record.json")).expect("a record");
    let block = format!("```json\n{record}```\n");
    check_part("docs/reviewing.md", "record", &block);
}

/// The table of keys, from the table of actions.
fn keys() -> String {
    let mut table = "| | keys | |\n|---|---|---|\n".to_owned();
    let mut last = None;
    for (group, keys, help) in key_table() {
        let heading = if last == Some(group) {
            ""
        } else {
            group.as_str()
        };
        last = Some(group);
        let keys: Vec<String> = keys.split(' ').map(|key| format!("`{key}`")).collect();
        let keys = keys.join(" ").replace('|', "\\|");
        let _ = writeln!(table, "| {heading} | {keys} | {help} |");
    }
    table
}

#[test]
fn the_keys_are_those_of_the_table_of_actions() {
    check_part("docs/reviewing.md", "keys", &keys());
}

#[test]
fn the_permissions_are_those_of_all_that_is_asked() {
    let actions: Vec<String> = Read::permissions()
        .iter()
        .map(ToString::to_string)
        .collect();
    let actions = format!("[\n    \"{}\"\n  ]", actions.join("\",\n    \""));
    let statement = format!(
        "{{\n  \"Effect\": \"Allow\",\n  \"Action\": {actions},\n  \"Resource\": \"*\"\n}}"
    );
    let policy = format!("{{\"Version\": \"2012-10-17\", \"Statement\": {statement}}}\n");
    let json: serde_json::Value = serde_json::from_str(&policy).expect("JSON");
    assert!(json["Statement"]["Action"].is_array());
    let expected = format!("```json\n{policy}```\n");
    check_part("docs/fetch.md", "permissions", &expected);
}

#[test]
fn what_refine_prints_is_what_it_prints() {
    let folder = demo_files();
    let run = run_in(
        folder.path(),
        &["refine", "policy.json", "findings.json", "--diff"],
    );
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let block = |language: &str, text: &str| format!("```{language}\n{text}```\n");
    let shown = [
        block("sh", "iam-refine refine policy.json findings.json --diff\n"),
        block("text", &run.stderr),
        block("diff", &run.stdout),
    ];
    let expected = format!("{}\n", shown.join("\n"));
    check_part("docs/command-line.md", "refine", &expected);
}

#[test]
fn every_link_leads_somewhere() {
    let mut pages = manual();
    pages.extend(["CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"].map(Page::read));
    let mut checked = 0;
    for page in &pages {
        for link in page.links.iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => page.path.clone(),
                path => page.path.with_file_name("").join(path),
            };
            let whole = format!("{} → {link}", page.path.display());
            assert!(in_repository(&target).is_file(), "{whole}: no such file");
            if !anchor.is_empty() {
                let anchors = Page::read(target).anchors;
                assert!(anchors.contains(anchor), "{whole}: only {anchors:?}");
            }
            checked += 1;
        }
    }
    assert!(checked > 40, "only {checked} links were found");
}

#[test]
fn every_file_of_the_project_that_is_named_is_there() {
    let mut pages = manual();
    pages.push(Page::read("CONTRIBUTING.md"));
    let folders = ["src/", "tests/", "benches/", "fuzz/", "assets/"];
    let mut checked = 0;
    for page in &pages {
        let text = fs::read_to_string(in_repository(&page.path)).expect("read");
        let named = text.split('`').skip(1).step_by(2);
        let named = named.filter(|name| folders.iter().any(|folder| name.starts_with(folder)));
        for name in named.filter(|name| !name.contains([' ', '*', '\n'])) {
            let path = in_repository(name);
            assert!(path.exists(), "{}: {name}", page.path.display());
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} files are named");
}

#[test]
fn every_test_that_is_named_is_there() {
    let mut checked = 0;
    for span in Page::read("CONTRIBUTING.md").spans {
        let Some((_, behind)) = span.split_once("cargo test --test ") else {
            continue;
        };
        let mut words = behind.split(' ');
        let target = words.next().unwrap_or_default();
        let folder = in_repository("tests").join(target);
        assert!(folder.join("main.rs").is_file(), "{span}");
        if let Some(module) = words.next().filter(|word| *word != "--") {
            let file = folder.join(module).with_extension("rs");
            assert!(file.is_file(), "{span}");
        }
        checked += 1;
    }
    assert!(checked > 4, "only {checked} tests are named");
}

#[test]
fn the_readme_links_every_chapter() {
    let readme = Page::read("README.md");
    for page in manual().iter().skip(1) {
        let path = page.path.to_str().expect("UTF-8");
        assert!(readme.links.iter().any(|link| link == path), "{path}");
    }
}

#[test]
fn every_command_is_one() {
    let folder = folder();
    let mut checked = 0;
    for page in manual() {
        for command in page.commands() {
            let mut arguments: Vec<&str> = command.iter().map(String::as_str).collect();
            if arguments.starts_with(&["catalogue", "update"]) {
                // Not over the network.
                arguments.extend(["--from", "http://127.0.0.1:1/"]);
            }
            let run = run_in(folder.path(), &arguments);
            // A page that is not there is no wrong usage.
            let is_no_page = command[0] == "man" && run.exit != 0;
            let is_refused = is_no_page || run.stderr.contains("try '--help'");
            let page = page.path.display();
            assert!(!is_refused, "{page}: {command:?}: {}", run.stderr);
            checked += 1;
        }
    }
    assert!(checked > 40, "only {checked} commands were found");
}

/// The commands of the program, each with its own commands, and its help.
fn commands_and_help() -> Vec<(String, String)> {
    let help = |command: &str| {
        let arguments = command.split_whitespace().chain(["--help"]);
        iam_refine().args(arguments).run().stdout
    };
    let names = |help: &str| -> Vec<String> {
        let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let names = lines.map_while(|line| line.split_whitespace().next());
        let names = names.filter(|name| *name != "help");
        names.map(str::to_owned).collect()
    };
    let mut all = Vec::new();
    for command in names(&help("")) {
        let text = help(&command);
        for own in names(&text) {
            let command = format!("{command} {own}");
            let text = help(&command);
            all.push((command, text));
        }
        all.push((command, text));
    }
    all
}

/// The long options in a help text.
fn options(help: &str) -> impl Iterator<Item = &str> {
    let lines = help.lines().map(str::trim_start);
    let lines = lines.filter(|line| line.starts_with('-'));
    lines.filter_map(|line| line.split([' ', ',']).find(|word| word.starts_with("--")))
}

#[test]
fn every_option_is_one_and_the_command_line_has_them_all() {
    let commands = commands_and_help();
    let known: BTreeSet<&str> = commands
        .iter()
        .flat_map(|(_, help)| options(help))
        .collect();
    assert!(known.len() > 20, "{known:?}");
    let shown = |page: &Page| -> BTreeSet<String> {
        // Other programs have options too.
        let own = |span: &&String| span.starts_with('-') || span.starts_with("iam-refine ");
        let words = page.spans.iter().filter(own);
        let words = words.flat_map(|span| span.split([' ', '=']));
        let words = words.filter(|word| word.starts_with("--"));
        words.map(str::to_owned).collect()
    };
    for page in manual() {
        for option in shown(&page) {
            let is_known = known.contains(option.as_str()) || option == "--version";
            assert!(is_known, "{}: {option} is no option", page.path.display());
        }
    }
    let chapter = Page::read("docs/command-line.md");
    let shown = shown(&chapter);
    for option in known.iter().filter(|option| **option != "--help") {
        assert!(shown.contains(*option), "{option} is not in the chapter");
    }
    for (command, _) in commands
        .iter()
        .filter(|(command, _)| !command.contains(' '))
    {
        let is_shown = |span: &String| {
            let words: Vec<&str> = span.split(' ').take(2).collect();
            words == ["iam-refine", command]
        };
        assert!(chapter.spans.iter().any(is_shown), "{command} is not there");
    }
}

#[test]
fn every_input_shown_is_read() {
    let inputs = Page::read("docs/inputs.md");
    let folder = demo_files();
    let refine = |files: &[(&str, &str)], arguments: &[&str]| {
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("written");
        }
        let run = run_in(folder.path(), &[&["refine"], arguments].concat());
        assert_eq!(run.exit, 0, "{files:?}: {}", run.stderr);
        assert!(!run.stdout.is_empty(), "{files:?}: nothing is refined");
        run
    };
    let policies = inputs.blocks_under("Policies", "json");
    for shown in &policies {
        refine(
            &[("shown.json", shown)],
            &["shown.json", "findings.json", "--diff"],
        );
    }
    let findings = inputs.blocks_under("Findings", "json");
    for shown in &findings {
        let files = [("shown.json", *shown), ("p.json", policies[0])];
        refine(&files, &["p.json", "shown.json", "--diff"]);
    }
    for shown in inputs.blocks_under("Evidence of use", "json") {
        let files = [
            ("shown.json", shown),
            ("p.json", policies[0]),
            ("f.json", findings[0]),
        ];
        let run = refine(&files, &["p.json", "f.json", "shown.json"]);
        let told = "note: shown.json: beside a finding this only tells what was used";
        assert!(run.stderr.contains(told), "{}", run.stderr);
        assert!(run.stderr.contains("s3:GetBucketAcl"), "{}", run.stderr);
    }
    let set = inputs.blocks_under("One policy in many accounts", "json")[0];
    refine(
        &[("set.json", set)],
        &["set.json", "findings.json", "--diff"],
    );
    let account = inputs.blocks_under("A whole account", "json")[0];
    let files = [("account.json", account), ("f.json", findings[0])];
    let run = refine(&files, &["--account", "account.json", "f.json"]);
    assert!(
        run.stdout.contains("MyPolicy of role MyRole"),
        "{}",
        run.stdout
    );

    let recommended = inputs.blocks_under("AWS's recommendations", "json")[0];
    let files = [
        ("p.json", policies[1]),
        ("f.json", findings[0]),
        ("r.json", recommended),
    ];
    let run = refine(&files, &["p.json", "f.json", "--compare", "r.json"]);
    assert!(run.stderr.contains("1 tighter"), "{}", run.stderr);
}

#[test]
fn the_action_is_called_by_the_address_and_the_version_of_the_package() {
    let address = env!("CARGO_PKG_REPOSITORY").trim_start_matches("https://github.com/");
    let version = env!("CARGO_PKG_VERSION");
    let page = Page::read("docs/automation.md");
    let steps = page.blocks_under("On GitHub", "yaml");
    let called = format!("      - uses: {address}@v{version}\n");
    assert!(steps[0].contains(&called), "{called}");
    let installed = format!("pipx install iam-refine=={version}\n");
    assert!(steps[0].contains(&installed), "{installed}");
    let installing = Page::read("docs/installing.md").text;
    assert!(
        installing.contains(&format!("--repo {address}`")),
        "{address}"
    );
}

#[test]
fn the_line_of_a_batch_is_answered_as_shown() {
    let chapter = Page::read("docs/automation.md");
    let [line, answer] = chapter.blocks_under("Many policies at once", "json")[..] else {
        panic!("a line in and a line out");
    };
    let run = iam_refine().arg("batch").run_with(line);
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    assert_eq!(json(&run.stdout), json(answer));
}

#[test]
fn the_keep_file_is_read() {
    let chapter = Page::read("docs/how-it-works.md");
    let shown = chapter.blocks_under("Keeping what is unused", "toml")[0];
    let folder = demo_files();
    fs::write(folder.path().join("keep.toml"), shown).expect("written");
    let refine = ["refine", "policy.json", "findings.json"];
    let run = run_in(
        folder.path(),
        &[&refine[..], &["--keep-file", "keep.toml"]].concat(),
    );
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(run.stdout.contains("s3:GetBucket"), "{}", run.stdout);
}

#[test]
fn the_aws_commands_print_json_whatever_is_configured() {
    let mut commands = 0;
    for page in manual() {
        let text = fs::read_to_string(&page.path).expect("it is there");
        for line in text.lines().filter(|line| line.starts_with("aws ")) {
            assert!(
                line.contains(" --output json"),
                "{}: {line}",
                page.path.display()
            );
            commands += 1;
        }
    }
    assert!(commands > 5, "{commands}");
}

#[test]
fn every_dependency_has_a_reason() {
    let read = |name: &str| fs::read_to_string(in_repository(name)).expect("read");
    let manifest: toml::Table = read("Cargo.toml").parse().expect("Cargo.toml is TOML");
    let of = |section: &str| {
        let names = manifest[section].as_table().expect("a table").keys();
        names.cloned().collect::<BTreeSet<String>>()
    };
    let taken = &of("dependencies") | &of("dev-dependencies");
    let contributing = read("CONTRIBUTING.md");
    let tables = contributing.split("| crate | for | why this one |").skip(1);
    let rows = tables.flat_map(|table| {
        let rows = table.lines().skip(2);
        rows.take_while(|row| row.starts_with('|'))
    });
    let told = rows.flat_map(|row| row.split('|').nth(1).unwrap_or_default().split(','));
    let told: BTreeSet<String> = told.map(|name| name.trim().to_owned()).collect();
    assert_eq!(told, taken);
}
