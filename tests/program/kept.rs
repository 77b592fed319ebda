//! What an earlier version left on the disk is taken up by this one: journals of reviews, the
//! progress in the lessons, decision records and a catalogue.
//!
//! `tests/data/kept` holds them as that version wrote them, and what it made of them. They are
//! never written anew: a test that fails here tells of work that a user would lose.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Run, RunIt, folder, iam_refine};
use crate::screen::{Screen, start};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The files and keeps that `records/refine.json` was written with.
const REFINED_WITH: [&str; 6] = [
    "policy.json",
    "findings.json",
    "--keep",
    "s3:GetBucket*=the quarterly audit",
    "--keep",
    "sqs:AddPermission",
];

/// What it says of a `NotAction`.
const EXTEND: [&str; 2] = ["--not-action", "extend"];

/// The catalogue that everything was decided with, so that a newer built-in one changes nothing.
const CATALOGUE: [&str; 2] = ["--catalogue", "catalogue.txt"];

/// A file as it was kept.
fn kept(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/kept");
    fs::read_to_string(path.join(name)).unwrap()
}

/// Puts a kept file there.
fn put(name: &str, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::write(to, kept(name)).unwrap();
}

/// A folder with the policies, the findings and the catalogue of the reviews.
fn inputs() -> tempfile::TempDir {
    let folder = folder();
    for name in ["policy.json", "other.json", "findings.json"] {
        put(&format!("review/{name}"), &folder.path().join(name));
    }
    put("catalogue/kept.txt", &folder.path().join("catalogue.txt"));
    folder
}

/// Runs the program in `folder`, where it keeps what it keeps, too.
fn run(folder: &Path, arguments: &[&str], input: &str) -> Run {
    let run = iam_refine()
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("XDG_DATA_HOME", folder.join("data"))
        .args(arguments)
        .run_with(input);
    assert_eq!(run.exit, 0, "{arguments:?}: {}{}", run.stdout, run.stderr);
    run
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn reviews(folder: &Path) -> PathBuf {
    folder.join("state/iam-refine/reviews")
}

fn sha256(text: &str) -> String {
    let bytes = Sha256::digest(text).to_vec();
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

/// What the journal of the policies with these names is called: it is known by their real paths,
/// sorted.
fn journal_of(folder: &Path, policies: &[&str]) -> PathBuf {
    let real = |name: &&str| fs::canonicalize(folder.join(name)).unwrap();
    let mut paths: Vec<_> = policies.iter().map(real).collect();
    paths.sort();
    let paths: Vec<_> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    reviews(folder).join(format!("{}.jsonl", sha256(&paths.join("\0"))))
}

/// Takes out of an entry that its marks are a person's, as all of that version were.
fn only_persons_mark(entry: &mut Value) {
    let marks = entry.get_mut("marks").and_then(Value::as_array_mut);
    for mark in marks.into_iter().flatten() {
        let by = mark.as_object_mut().unwrap().remove("by");
        assert!(by.is_none_or(|by| by == "person"));
    }
}

/// A record tells all that one of the first format tells, in the form of today.
fn assert_tells_the_same(now: &str, before: &str) {
    let [now, before] = [now, before].map(|text| serde_json::from_str::<Value>(text).unwrap());
    assert_eq!(now["format"], "iam-refine decisions 2");
    assert_eq!(before["format"], "iam-refine decisions 1");
    for same in ["principal", "finding", "catalogue"] {
        assert_eq!(now[same], before[same]);
    }
    let kept = now["kept"].as_array().unwrap().iter();
    let keeps: serde_json::Map<String, Value> = kept
        .map(|keep| {
            let pattern = keep["pattern"].as_str().unwrap().to_owned();
            (pattern, keep.get("reason").cloned().unwrap_or_default())
        })
        .collect();
    assert_eq!(Value::Object(keeps), before["keeps"]);
    let policies = |record: &Value| record["policies"].as_array().unwrap().clone();
    assert_eq!(policies(&now).len(), policies(&before).len());
    for (mut now, mut before) in policies(&now).into_iter().zip(policies(&before)) {
        for same in ["file", "sha256", "proof"] {
            assert_eq!(now[same], before[same]);
        }
        let entries = now["entries"].as_array_mut().unwrap();
        for entry in entries.iter_mut() {
            only_persons_mark(entry);
            // That version did not tell the `Sid` of the statement.
            entry.as_object_mut().unwrap().remove("sid");
            let goes = entry.as_object_mut().unwrap().remove("goes").unwrap();
            let goes = goes.as_array().unwrap().iter().map(|action| {
                let name = action["action"].as_str().unwrap().to_owned();
                (name, action["lastUsed"].clone())
            });
            entry["removes"] = Value::Object(goes.collect());
        }
        let before = before["entries"].as_array_mut().unwrap();
        for before in before.iter_mut() {
            // An empty list is not written any more.
            if before["held"] == serde_json::json!([]) {
                before.as_object_mut().unwrap().remove("held");
            }
        }
        for (now, before) in entries.iter_mut().zip(before.iter_mut()) {
            // Nor where an entry stands.
            for place in ["line", "column"] {
                now.as_object_mut().unwrap().remove(place);
            }
            // That version did not tell when what goes of a NotAction was last used.
            let is_not_action = now["pattern"].as_str().unwrap().starts_with("NotAction ");
            for entry in [now, before].into_iter().filter(|_| is_not_action) {
                let removes = entry["removes"].as_object_mut().unwrap();
                removes.values_mut().for_each(|used| *used = Value::Null);
            }
        }
        assert_eq!(entries, before);
    }
}

/// What is decided after the last step of a journal, by the policy and the place in it.
fn decided(journal: &str) -> BTreeMap<String, Value> {
    let mut last = BTreeMap::new();
    for line in journal.lines().skip(1) {
        let step: Value = serde_json::from_str(line).unwrap();
        let entries = step.get("entries").unwrap_or(&step).as_array().unwrap();
        for entry in entries {
            let mut entry = entry.clone();
            only_persons_mark(&mut entry);
            let place = ["policy", "statement", "entry"].map(|name| entry[name].as_u64().unwrap());
            last.insert(format!("{} {place:?}", step["of"]), entry);
        }
    }
    last.retain(|_, entry: &mut Value| {
        let is_curated = entry.get("marks").is_some() || entry.get("granularity").is_some();
        entry["decision"] != "undecided" || is_curated
    });
    last
}

/// A journal that was gone on with is about the same inputs as before, and holds what was decided
/// and nothing else.
fn assert_taken_over(before: &str, now: &str) {
    let heading = |journal: &str| {
        let mut heading: Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
        // That version did not tell what the policies are called.
        heading.as_object_mut().unwrap().remove("names");
        heading
    };
    assert_eq!(heading(now), heading(before));
    assert_eq!(decided(now), decided(before));
}

#[test]
fn a_review_of_a_policy_goes_on() {
    let folder = inputs();
    let journal = journal_of(folder.path(), &["policy.json"]);
    put("review/one.jsonl", &journal);
    let before = kept("review/one.jsonl");
    assert_eq!(decided(&before).len(), 7);
    let review = ["review", "--plain", "policy.json", "findings.json"];
    let review = [&review[..], &CATALOGUE].concat();
    // Enter goes on, and then the answers end.
    run(folder.path(), &review, "\n");
    assert_taken_over(&before, &fs::read_to_string(&journal).unwrap());
    run(folder.path(), &review, "\nw\ny\n");
    let written = read(folder.path(), "policy.refined.json");
    assert_eq!(written, kept("review/one.refined.json"));
    // What was decided stays, for whoever runs it again: the policy is as it was.
    let again = run(folder.path(), &review, "\nq\ny\n");
    assert!(again.stderr.contains("Resume 7 of 7"), "{}", again.stderr);
}

#[test]
fn a_review_that_is_written_in_place_is_done_with() {
    let folder = inputs();
    let journal = journal_of(folder.path(), &["policy.json"]);
    put("review/one.jsonl", &journal);
    let review = [
        "review",
        "--plain",
        "--in-place",
        "policy.json",
        "findings.json",
    ];
    let written = run(
        folder.path(),
        &[&review[..], &CATALOGUE].concat(),
        "\nw\ny\n",
    );
    assert_eq!(written.exit, 0, "{}", written.stderr);
    assert!(!journal.exists(), "{}", written.stderr);
}

#[test]
fn a_line_that_was_cut_short_costs_itself_alone() {
    let folder = inputs();
    let journal = journal_of(folder.path(), &["policy.json"]);
    let before = kept("review/one.jsonl");
    let cut = &before[..before.len() - 40];
    put("review/one.jsonl", &journal);
    fs::write(&journal, cut).unwrap();
    let review = ["review", "--plain", "policy.json", "findings.json"];
    run(folder.path(), &[&review[..], &CATALOGUE].concat(), "\n");
    let whole = &before[..cut.rfind('\n').unwrap()];
    // The last step took back the one before.
    assert_eq!(decided(whole).len(), 8);
    assert_taken_over(whole, &fs::read_to_string(&journal).unwrap());
}

#[test]
fn a_review_of_two_policies_goes_on_with_the_options_it_had() {
    let folder = inputs();
    let journal = journal_of(folder.path(), &["policy.json", "other.json"]);
    put("review/two.jsonl", &journal);
    let before = kept("review/two.jsonl");
    assert_eq!(decided(&before).len(), 10);
    let files = ["policy.json", "other.json", "findings.json"];
    let options = ["--granularity", "character", "-o", "refined"];
    let (review, keeps) = (["review", "--plain"], &REFINED_WITH[2..]);
    let review = [&review[..], &files, keeps, &options, &CATALOGUE].concat();
    run(folder.path(), &review, "\n");
    assert_taken_over(&before, &fs::read_to_string(&journal).unwrap());
    // Its steps can be taken back, too.
    run(folder.path(), &review, "\nu\n");
    let (all_but_the_last, _) = before.trim_end().rsplit_once('\n').unwrap();
    assert_taken_over(all_but_the_last, &fs::read_to_string(&journal).unwrap());
    put("review/two.jsonl", &journal);
    run(folder.path(), &review, "\nw\ny\n");
    for name in ["policy.json", "other.json"] {
        let written = read(folder.path(), &format!("refined/{name}"));
        assert_eq!(written, kept(&format!("review/two.refined/{name}")));
    }
}

/// As of a file that held both of them then, and holds one now.
#[test]
fn of_a_policy_that_is_there_no_more_it_is_told_that_nothing_is_resumed() {
    let folder = inputs();
    let journal = journal_of(folder.path(), &["policy.json"]);
    put("review/two.jsonl", &journal);
    let review = ["review", "--plain", "policy.json", "findings.json"];
    let run = run(folder.path(), &[&review[..], &CATALOGUE].concat(), "\n");
    let told = "on a policy that is not given now cannot be resumed";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let files = fs::read_dir(reviews(folder.path())).unwrap();
    let mut texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    assert!(
        texts.any(|text| text == kept("review/two.jsonl")),
        "nothing is lost"
    );
}

#[test]
fn with_other_findings_what_still_applies_goes_on_and_the_rest_is_kept() {
    let folder = inputs();
    let journal = journal_of(folder.path(), &["policy.json"]);
    put("review/one.jsonl", &journal);
    let findings = folder.path().join("findings.json");
    put("review/later-findings.json", &findings);
    let review = ["review", "--plain", "policy.json", "findings.json"];
    let review = [&review[..], &CATALOGUE].concat();
    run(folder.path(), &review, "\nw\ny\n");
    let written = read(folder.path(), "policy.refined.json");
    assert_eq!(written, kept("review/later.refined.json"));
    let files = fs::read_dir(reviews(folder.path())).unwrap();
    let texts: Vec<_> = files
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    assert!(texts.contains(&kept("review/one.jsonl")), "{texts:?}");
}

#[test]
fn reviews_of_an_account_go_on() {
    let folder = inputs();
    let names = ["account.json", "findings/reader.json"];
    for name in names
        .iter()
        .chain(&["findings/writer.json", "findings/ann.json"])
    {
        fs::remove_file(folder.path().join("findings.json")).ok();
        put(&format!("account/{name}"), &folder.path().join(name));
    }
    let real = fs::canonicalize(folder.path().join("account.json")).unwrap();
    let name = format!("account-{}.jsonl", sha256(real.to_str().unwrap()));
    let journal = reviews(folder.path()).join(name);
    put("account/journal.jsonl", &journal);
    let before = kept("account/journal.jsonl");
    assert_eq!(decided(&before).len(), 6);
    let review = ["review", "--account", "account.json", "findings"];
    let review = [&review[..], &["-o", "changes"], &CATALOGUE].concat();
    let mut screen = start(folder.path(), &review, 40, 120);
    screen.press("\r");
    screen.wait_for("ReadBuckets");
    assert_taken_over(&before, &fs::read_to_string(&journal).unwrap());
    screen.press("w");
    screen.wait_for("changes");
    screen.press("\r");
    assert_eq!(screen.end(), 0, "{}", screen.text());
    let changed = [
        "group-Ops-Probes",
        "policy-Shared",
        "role-Reader-ReadBuckets",
    ];
    for name in changed {
        let written = read(folder.path(), &format!("changes/{name}/after.json"));
        assert_eq!(written, kept(&format!("account/refined/{name}.json")));
    }
    let folders = fs::read_dir(folder.path().join("changes")).unwrap();
    let folders = folders.filter(|entry| entry.as_ref().unwrap().path().is_dir());
    assert_eq!(folders.count(), changed.len());
    // What is written of an account is not done with.
    assert_taken_over(&before, &fs::read_to_string(&journal).unwrap());
}

/// How far one is in the lessons, as it is kept.
fn progress(folder: &Path) -> Value {
    serde_json::from_str(&read(folder, "state/iam-refine/lessons.json")).unwrap()
}

/// Opens a lesson.
fn learn(folder: &Path, number: &str) -> Screen {
    let mut screen = start(folder, &["learn", number], 24, 80);
    screen.press("\r");
    screen.wait("lesson", vt100::Screen::alternate_screen);
    screen
}

#[test]
fn lessons_go_on_where_they_were_left() {
    const RIGHT: &str = "\u{1b}[C";
    // F2.
    const TELL: &str = "\u{1b}OQ";
    let folder = folder();
    put(
        "lessons.json",
        &folder.path().join("state/iam-refine/lessons.json"),
    );
    let before = progress(folder.path());
    let mut expected = before.clone();
    for (number, at) in [("1", 10), ("3", 6)] {
        assert_eq!(before[number]["left"]["step"], at);
        let mut screen = learn(folder.path(), number);
        // What is asked there is told first.
        screen.press(&format!("{TELL}{RIGHT}"));
        screen.wait("step further", |_| {
            let step = progress(folder.path())[number]["left"]["step"].as_u64();
            step.is_some_and(|step| step > at)
        });
        screen.press("q");
        assert_eq!(screen.end(), 0);
        let own = &progress(folder.path())[number];
        assert_eq!(own["done"], before[number]["done"]);
        for (prefix, reply) in before[number]["replies"].as_object().unwrap() {
            assert_eq!(&own["replies"][prefix], reply);
        }
        expected[number] = own.clone();
    }
    // At a task there is no step to go to.
    assert_eq!(before["2"]["left"], "task");
    let mut screen = learn(folder.path(), "2");
    screen.press(RIGHT);
    screen.press("q");
    assert_eq!(screen.end(), 0);
    assert_eq!(progress(folder.path()), expected);
}

#[test]
fn the_list_of_lessons_tells_how_far_one_is() {
    let with = folder();
    put(
        "lessons.json",
        &with.path().join("state/iam-refine/lessons.json"),
    );
    let told = run(with.path(), &["learn"], "").stdout;
    // What came of a lesson stands below its title.
    let below = |title: &str| {
        let mut lines = told.lines().skip_while(|line| !line.contains(title));
        lines.nth(1).unwrap_or_default().trim().to_owned()
    };
    let first = below("[ ] 1  Shortest");
    assert!(first.starts_with("left at step 11"), "{told}");
    assert!(
        below("[ ] 2  The same").starts_with("left at the task"),
        "{told}"
    );
    assert!(told.contains("[x] 3  Letters decide"), "{told}");
    assert!(below("[ ] 4  Wildcards").starts_with("[ ] 5"), "{told}");
}

#[test]
fn a_record_of_refine_is_replayed() {
    let folder = inputs();
    put("records/refine.json", &folder.path().join("record.json"));
    let more = ["--decisions", "record.json", "--record", "again.json"];
    let refine = [&["refine"], &REFINED_WITH[..], &more, &CATALOGUE].concat();
    let refined = run(folder.path(), &refine, "").stdout;
    assert_eq!(refined, kept("records/refine.refined.json"));
    let again = read(folder.path(), "again.json");
    assert_tells_the_same(&again, &kept("records/refine.json"));
    let again: Value = serde_json::from_str(&again).unwrap();
    let replayed = json!({
        "file": "record.json",
        "sha256": sha256(&kept("records/refine.json")),
        "decided": null,
    });
    assert_eq!(again["replayed"], replayed);
}

#[test]
fn a_record_with_marks_keeps_and_what_was_held_back_is_replayed() {
    let folder = inputs();
    put("records/marked.json", &folder.path().join("record.json"));
    put(
        "records/marked.finding.json",
        &folder.path().join("finding.json"),
    );
    let files = ["refine", "policy.json", "finding.json"];
    let keeps = [
        "--keep",
        "s3:PutObjectAcl=uploads share it",
        "--keep",
        "orbit:Get*",
    ];
    let more = ["--decisions", "record.json", "--record", "again.json"];
    let refine = [&files[..], &keeps, &more, &CATALOGUE].concat();
    let refined = run(folder.path(), &refine, "").stdout;
    assert_eq!(refined, kept("records/marked.refined.json"));
    let again = read(folder.path(), "again.json");
    assert_tells_the_same(&again, &kept("records/marked.json"));
    // And so is the record of today that tells the same, with who decided then.
    let replay = ["--decisions", "again.json", "--record", "third.json"];
    let refine = [&files[..], &keeps, &replay, &CATALOGUE].concat();
    assert_eq!(run(folder.path(), &refine, "").stdout, refined);
    let [mut again, third] = ["again.json", "third.json"]
        .map(|name| serde_json::from_str::<Value>(&read(folder.path(), name)).unwrap());
    let by = again["decided"].clone();
    for entry in again["policies"][0]["entries"].as_array_mut().unwrap() {
        if entry["decision"] != "undecided" {
            entry["decided"] = by.clone();
        }
    }
    assert_eq!(third["policies"], again["policies"]);
    assert_eq!(third["replayed"]["decided"], again["decided"]);
}

#[test]
fn a_record_of_a_review_is_replayed_with_and_without_the_review() {
    let files = ["policy.json", "other.json", "findings.json"];
    let more = ["--decisions", "record.json", "--record", "again.json"];
    for (command, answers) in [(&["refine"][..], ""), (&["review", "--plain"], "w\ny\n")] {
        let folder = inputs();
        put("records/review.json", &folder.path().join("record.json"));
        let replay = [command, &files, &more, &["-o", "refined"], &CATALOGUE].concat();
        run(folder.path(), &replay, answers);
        for name in ["policy.json", "other.json"] {
            let written = read(folder.path(), &format!("refined/{name}"));
            assert_eq!(written, kept(&format!("records/review.refined/{name}")));
        }
        let again = read(folder.path(), "again.json");
        assert_tells_the_same(&again, &kept("records/review.json"));
    }
}

#[test]
fn a_catalogue_that_was_kept_is_in_use() {
    let folder = inputs();
    // Its date is far away, so that no newer built-in one is in its place.
    let run = |arguments: &[&str], input: &str| {
        let run = iam_refine()
            .current_dir(folder.path())
            .env("XDG_DATA_HOME", folder.path().join("data"))
            .env("SOURCE_DATE_EPOCH", "4070995200")
            .args(arguments)
            .run_with(input);
        assert_eq!(run.exit, 0, "{arguments:?}: {}", run.stderr);
        run
    };
    put(
        "catalogue/kept.txt",
        &folder.path().join("data/iam-refine/catalogue.txt"),
    );
    let kept_text = kept("catalogue/kept.txt");
    // Its actions are in lines of their own below the line of their service.
    let mut service = "";
    let mut actions = Vec::new();
    let (_, blocks) = kept_text.split_once("source").unwrap();
    for line in blocks.lines().skip(1).filter(|line| !line.starts_with('#')) {
        match line.strip_prefix(' ') {
            None => service = line,
            Some(known) => {
                actions.push(format!("{service}:{}\n", known.split(' ').nth(1).unwrap()));
            }
        }
    }
    assert_eq!(actions.len(), 42);
    let listed = run(&["catalogue", "list", "*"], "").stdout;
    assert_eq!(listed, actions.concat());
    // The record tells its date, and what it knows of an action.
    let record = [
        &["refine"],
        &REFINED_WITH[..],
        &EXTEND,
        &["--format", "json"],
    ]
    .concat();
    let record = run(&record, "").stdout;
    assert_tells_the_same(&record, &kept("records/refine.json"));
    // A new catalogue takes from it when an action was first seen.
    let orbit = r#"{"Name": "orbit", "Actions": [{"Name": "LaunchProbe"}, {"Name": "Land"}]}"#;
    let imported = run(&["catalogue", "import", "-"], orbit).stdout;
    let (_, service) = imported.split_once("\norbit\n").unwrap();
    assert_eq!(service, " ?? Land 2099-01-02\n ?? LaunchProbe 2099-01-01\n");
}

#[test]
fn a_catalogue_that_was_imported_can_be_given() {
    let folder = inputs();
    put(
        "catalogue/imported.txt",
        &folder.path().join("catalogue.txt"),
    );
    let refine = [&["refine"], &REFINED_WITH[..], &EXTEND, &CATALOGUE].concat();
    let refined = run(folder.path(), &refine, "").stdout;
    assert_eq!(refined, kept("records/refine.refined.json"));
}

#[test]
fn who_was_welcomed_is_not_welcomed_again() {
    let told = |is_known: bool| {
        let folder = inputs();
        if is_known {
            let state = folder.path().join("state/iam-refine");
            fs::create_dir_all(&state).unwrap();
            fs::write(state.join("welcomed"), "").unwrap();
        }
        let review = ["review", "--plain", "policy.json", "findings.json"];
        run(folder.path(), &review, "q\n").stderr.lines().count()
    };
    assert_eq!(told(true) + 1, told(false));
}
