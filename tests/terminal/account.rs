//! The list of an account's policies in a real terminal.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::screen::{Screen, start, start_with};

const ACCOUNT: [&str; 4] = ["review", "--account", "account.json", "findings"];

/// A folder with an account and findings.
fn account() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/account");
    fs::create_dir(folder.path().join("findings")).expect("a folder");
    for name in [
        "account.json",
        "findings/reader.json",
        "findings/writer.json",
        "findings/ann.json",
    ] {
        fs::copy(from.join(name), folder.path().join(name)).expect("copied");
    }
    folder
}

fn list(folder: &Path, arguments: &[&str]) -> Screen {
    let screen = start(folder, arguments, 30, 120);
    screen.wait_for("10 policies");
    screen
}

/// The list with everything of the first policy accepted.
fn accepted(folder: &Path, arguments: &[&str]) -> Screen {
    let mut screen = list(folder, arguments);
    screen.press("\r");
    screen.wait_for("0 of 2 entries decided");
    screen.press("A");
    screen.wait_for("accepted 2");
    screen
}

/// The program without a terminal: its exit code and what it says.
fn without_terminal(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_iam-refine"))
        .args(arguments)
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder.join("state"))
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    (output.status.code(), said)
}

#[test]
fn what_is_accepted_of_an_account_is_written_as_refine_writes_it() {
    let folder = account();
    let mut screen = accepted(folder.path(), &ACCOUNT);
    screen.press("q");
    screen.wait_for("2 of 2: accepted");
    screen.press("w");
    screen.wait_for("WRITE THIS?");
    screen.wait_for("1 policy changes, 23 actions go");
    screen.press("\r");
    assert_eq!(screen.end(), 0);
    assert!(screen.is_given_back());
    screen.wait_for("wrote account.refined: begin with the REVIEW.md in it");
    let written = folder.path().join("account.refined");
    let mut names: Vec<_> = fs::read_dir(&written)
        .expect("written")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "REVIEW.md",
            "SHA256SUMS",
            "apply-all.sh",
            "role-Reader-ReadBuckets",
            "rollback-all.sh"
        ]
    );
    let overview = fs::read_to_string(written.join("REVIEW.md")).expect("an overview");
    let left = overview.split("## Not accepted").nth(1).expect(&overview);
    assert!(left.contains(" | 1 | 0 |"), "one is undecided: {overview}");
    assert!(!left.contains("| ReadBuckets"), "all of it is accepted");

    let all = [&["refine"], &ACCOUNT[1..], &["-o", "all"]].concat();
    assert_eq!(without_terminal(folder.path(), &all).0, Some(4));
    for name in ["before.json", "after.json", "apply.sh", "rollback.sh"] {
        let read = |of: &Path| {
            fs::read_to_string(of.join("role-Reader-ReadBuckets").join(name)).expect("a file")
        };
        assert_eq!(read(&written), read(&folder.path().join("all")), "{name}");
    }

    // One goes on with what was left, and what was written is not written over.
    let mut screen = start(folder.path(), &ACCOUNT, 30, 120);
    screen.wait_for("Resume 2 of 2 saved decisions?");
    screen.press("\r");
    screen.wait_for("2 of 2: accepted");
    screen.press("w");
    screen.wait_for("account.refined-2");
    screen.press("\r");
    assert_eq!(screen.end(), 0);
    assert!(folder.path().join("account.refined-2/REVIEW.md").exists());
}

#[test]
fn what_one_has_decided_another_one_goes_on_with() {
    let folder = account();
    let mut screen = accepted(folder.path(), &ACCOUNT);
    screen.press("q/Topics\r\r");
    screen.wait_for("0 of 1 entry decided");
    screen.press("r");
    screen.wait_for("0 accepted, 1 rejected");
    screen.press("qw");
    screen.wait_for("1 policy changes, 23 actions go");
    screen.press("\r");
    assert_eq!(screen.end(), 0);
    let path = |name: &str| folder.path().join(name);
    let text = |name: &str| fs::read_to_string(path(name)).expect(name);
    let json = |name: &str| -> Value { serde_json::from_str(&text(name)).expect(name) };
    let rejected = json("account.refined/unchanged/group-Ops-Topics.json");
    assert_eq!(
        rejected["policies"][0]["entries"][0]["decision"],
        "rejected"
    );

    // Without a screen.
    let as_decided = [
        &["refine"],
        &ACCOUNT[1..],
        &["--decisions", "account.refined"],
    ]
    .concat();
    let again = [&as_decided[..], &["-o", "again"]].concat();
    let (exit, said) = without_terminal(folder.path(), &again);
    assert_eq!(exit, Some(0), "{said}");
    for file in [
        "role-Reader-ReadBuckets/after.json",
        "role-Reader-ReadBuckets/apply.sh",
    ] {
        assert_eq!(
            text(&format!("again/{file}")),
            text(&format!("account.refined/{file}"))
        );
    }
    let overview = text("again/REVIEW.md");
    assert!(
        overview.contains("2 policies began with what was decided by "),
        "{overview}"
    );
    let review = text("again/role-Reader-ReadBuckets/REVIEW.md");
    assert!(
        review.contains(
            "| began with | `account.refined/role-Reader-ReadBuckets/record.json`, decided by"
        ),
        "{review}"
    );
    let record = json("again/role-Reader-ReadBuckets/record.json");
    assert_eq!(
        record["replayed"]["file"],
        "account.refined/role-Reader-ReadBuckets/record.json"
    );
    let again = json("again/unchanged/group-Ops-Topics.json");
    let mut taken_over = rejected["policies"].clone();
    taken_over[0]["entries"][0]["decided"] = rejected["decided"].clone();
    assert_eq!(again["policies"], taken_over);

    // On the screen: nothing of it is asked again, and it can be changed.
    let given = [
        &ACCOUNT[..],
        &["--decisions", "account.refined", "-o", "third"],
    ]
    .concat();
    let mut screen = start(folder.path(), &given, 30, 120);
    screen.wait_for("2 of 2: accepted");
    screen.wait_for("1 of 1: rejected");
    screen.press("w");
    screen.wait_for("1 policy changes, 23 actions go");
    screen.press("\r");
    assert_eq!(screen.end(), 0);
    let record = json("third/role-Reader-ReadBuckets/record.json");
    assert_eq!(record["decided"]["with"], "review");
    assert_eq!(record["replayed"]["decided"]["with"], "review");

    // A policy that has changed since costs itself alone.
    let account = text("account.json");
    let changed = account.replace("\"sns:*\"", "\"sns:T*\"");
    assert_ne!(account, changed);
    fs::write(path("account.json"), &changed).expect("written");
    let (exit, said) = without_terminal(folder.path(), &as_decided);
    assert_eq!(exit, Some(0), "{said}");
    assert!(
        said.contains("unchanged/group-Ops-Topics.json: Topics of group Ops has changed since"),
        "{said}"
    );
    fs::write(path("account.json"), changed.replace("s3:Get", "s3:GetB")).expect("written");
    let (exit, said) = without_terminal(folder.path(), &as_decided);
    assert_eq!(exit, Some(2), "{said}");
    assert!(
        said.contains("nothing that is decided in account.refined applies to this account"),
        "{said}"
    );
    let nothing = [&ACCOUNT[..], &["--decisions", "findings"]].concat();
    let (exit, said) = without_terminal(folder.path(), &[&["refine"], &nothing[1..]].concat());
    assert_eq!(exit, Some(2), "{said}");
    assert!(
        said.contains("the folder findings holds no record.json"),
        "{said}"
    );
}

#[test]
fn after_writing_one_goes_on_with_what_was_left() {
    let folder = account();
    let mut screen = accepted(folder.path(), &ACCOUNT);
    screen.press("q/Topics\r\r");
    screen.wait_for("0 of 1 entry decided");
    screen.press("r");
    screen.wait_for("0 accepted, 1 rejected");
    screen.press("qw");
    screen.wait_for("1 policy changes, 23 actions go");
    screen.press("\r");
    assert_eq!(screen.end(), 0);
    screen.wait_for("Your decisions are saved; run the same command to resume");
    screen.wait_for("fetch the account again");

    // The account as it is fetched when the script has run: that decision is done with.
    let path = folder.path().join("account.json");
    let read = |path: &Path| -> Value {
        serde_json::from_str(&fs::read_to_string(path).expect("read")).expect("JSON")
    };
    let mut fetched = read(&path);
    let written = folder
        .path()
        .join("account.refined/role-Reader-ReadBuckets");
    let roles = fetched["RoleDetailList"].as_array_mut().expect("roles");
    let is_reader = |role: &&mut Value| role["RoleName"] == "Reader";
    let reader = roles.iter_mut().find(is_reader).expect("the role");
    reader["RolePolicyList"][0]["PolicyDocument"] = read(&written.join("after.json"));
    fs::write(&path, fetched.to_string()).expect("written");
    let mut screen = start(folder.path(), &ACCOUNT, 30, 120);
    screen.wait_for("You left a review; the policies changed since.");
    screen.wait_for("Resume 1 of 3 saved decisions?");
    screen.press("\r");
    screen.wait_for("1 of 1: rejected");
    screen.wait_for("2 to review");
    screen.press("qq");
    assert_eq!(screen.end(), 0);
}

#[test]
fn where_nothing_is_left_of_a_policy_the_exit_code_is_that_of_refine() {
    let folder = account();
    let mut screen = list(folder.path(), &ACCOUNT);
    screen.press("/WriteQueues\r\r");
    screen.wait_for("undecided");
    screen.press("A");
    screen.wait_for("1 of 1 entry decided");
    screen.press("qw");
    screen.wait_for("1 policy changes, 2 actions go");
    screen.press("\r");
    assert_eq!(screen.end(), 4);
    assert!(folder.path().join("account.refined/REVIEW.md").exists());
}

#[test]
fn a_killed_review_of_an_account_goes_on_where_it_was() {
    let folder = account();
    let mut screen = accepted(folder.path(), &ACCOUNT);
    screen.press("q/Topics\r\r");
    screen.wait_for("0 of 1 entry decided");
    screen.press("r");
    screen.wait_for("0 accepted, 1 rejected");
    screen.signal("-KILL");
    screen.end();
    let mut screen = start(folder.path(), &ACCOUNT, 30, 120);
    screen.wait_for("You left a review of these files.");
    screen.wait_for("Resume 3 of 3 saved decisions?");
    screen.press("\r");
    screen.wait_for("2 of 2: accepted");
    screen.wait_for("1 of 1: rejected");
    screen.press("qq");
    assert_eq!(screen.end(), 0);
    screen.wait_for("run the same command to resume");

    // A finding that changed leaves what it does not concern.
    let reader = folder.path().join("findings/reader.json");
    let mut finding: Value =
        serde_json::from_str(&fs::read_to_string(&reader).expect("read")).expect("JSON");
    finding["findingDetails"][0]["unusedPermissionDetails"]["actions"] =
        json!([{"action": "GetObject"}]);
    fs::write(&reader, finding.to_string()).expect("written");
    let mut screen = start(folder.path(), &ACCOUNT, 30, 120);
    screen.wait_for("the findings, catalogue or options are others");
    screen.wait_for("Resume 2 of 3 saved decisions?");
    screen.press("n\r");
    screen.wait_for("4 to review");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    screen.wait_for("your earlier decisions are saved in");
}

#[test]
fn what_is_accepted_in_the_list_outlives_a_kill() {
    let folder = account();
    let mut screen = start(folder.path(), &ACCOUNT, 30, 120);
    screen.wait_for("4 to review");
    screen.press("A");
    screen.wait_for("Accepted 5 changes in 4 policies");
    screen.press("u");
    screen.wait_for("Undid: accepted in 4 policies");
    screen.press("ja");
    screen.wait_for("Accepted 1 change in 1 policy");
    screen.signal("-KILL");
    screen.end();
    let mut screen = start(folder.path(), &ACCOUNT, 30, 120);
    screen.wait_for("Resume 1 of 1 saved decision?");
    screen.press("\r");
    screen.wait_for("1 of 1: accepted");
    screen.wait_for("3 to review, 1 decided");
    screen.press("qq");
    assert_eq!(screen.end(), 0);
}

#[test]
fn an_account_that_changed_is_told() {
    let folder = account();
    let mut screen = accepted(folder.path(), &ACCOUNT);
    screen.signal("-KILL");
    screen.end();
    let path = folder.path().join("account.json");
    let text = fs::read_to_string(&path).expect("read");
    fs::write(&path, text.replace("sqs:Se*", "sqs:S*")).expect("written");
    let mut screen = start(folder.path(), &ACCOUNT, 30, 120);
    screen.wait_for("You left a review; the policies changed since.");
    screen.wait_for("Resume 2 of 2 saved decisions?");
    screen.press("\r");
    screen.wait_for("2 of 2: accepted");
    let mut second = start(folder.path(), &ACCOUNT, 30, 120);
    assert_eq!(second.end(), 2);
    screen.press("qq");
    assert_eq!(screen.end(), 0);
}

#[test]
fn a_folder_that_was_asked_for_is_never_written_over() {
    let folder = account();
    fs::create_dir(folder.path().join("mine")).expect("a folder");
    let arguments = [&ACCOUNT[..], &["-o", "mine"]].concat();
    let mut screen = accepted(folder.path(), &arguments);
    fs::write(folder.path().join("mine/work"), "mine").expect("written");
    screen.press("qw");
    screen.wait_for("Into the folder mine");
    screen.press("\r");
    screen.wait_for("the folder mine is not empty");
    screen.press("\u{3}\u{3}");
    assert_eq!(screen.end(), 0);
    let mut screen = start(folder.path(), &arguments, 30, 120);
    assert_eq!(screen.end(), 2);
}

#[test]
fn without_the_screen_the_way_out_is_told() {
    let folder = account();
    let (code, said) = without_terminal(folder.path(), &ACCOUNT);
    assert_eq!(code, Some(2));
    assert!(said.contains("iam-refine refine --account"), "{said}");
    let plain = [&ACCOUNT[..], &["--plain"]].concat();
    let (code, said) = without_terminal(folder.path(), &plain);
    assert_eq!(code, Some(2));
    assert!(said.contains("iam-refine refine --account"), "{said}");
    assert!(said.contains("review --plain FILE"), "{said}");
}

/// The program on the screen, run by somebody.
fn by(who: &str, folder: &Path, arguments: &[&str]) -> Screen {
    start_with(folder, arguments, 30, 120, &[("USER", who)])
}

/// Paula accepts what goes of `ReadBuckets` and rejects what goes of `Topics`, in the folder `first`.
fn decided_by_paula(folder: &Path) {
    let mut screen = by("paula", folder, &[&ACCOUNT[..], &["-o", "first"]].concat());
    screen.wait_for("10 policies");
    screen.press("\r");
    screen.wait_for("0 of 2 entries decided");
    screen.press("A");
    screen.wait_for("accepted 2");
    screen.press("q/Topics\r\r");
    screen.wait_for("0 of 1 entry decided");
    screen.press("r");
    screen.wait_for("0 accepted, 1 rejected");
    screen.press("qw");
    screen.wait_for("1 policy changes, 23 actions go");
    screen.press("\r");
    assert_eq!(screen.end(), 0);
    fs::remove_dir_all(folder.join("state")).expect("what is saved goes");
}

#[test]
fn who_decided_what_is_told_however_many_hands_it_goes_through() {
    let folder = account();
    decided_by_paula(folder.path());
    let given = ["--decisions", "first", "-o", "second"];
    let mut screen = by("bob", folder.path(), &[&ACCOUNT[..], &given].concat());
    screen.wait_for("1 of 1: rejected");
    screen.press("/Topics\r\r");
    screen.wait_for("0 accepted, 1 rejected");
    screen.press("a");
    screen.wait_for("1 of 1 entry decided");
    screen.press("qw");
    screen.wait_for("2 policies change");
    screen.press("\r");
    screen.end();
    let path = |name: &str| folder.path().join(name);
    let text = |name: &str| fs::read_to_string(path(name)).expect(name);
    let review = text("second/group-Ops-Topics/REVIEW.md");
    let changed = "| 1 | `sns:*` | rejected, by `paula`, with `iam-refine review`, on 2026-11-23 | accepted |";
    assert!(review.contains(changed), "{review}");
    assert!(
        review.contains("| since then | 1 entry is decided otherwise"),
        "{review}"
    );
    let overview = text("second/REVIEW.md");
    assert!(
        overview.contains("| Topics of group Ops | 1 | `sns:*` | rejected, by `paula`"),
        "{overview}"
    );
    let untouched = text("second/role-Reader-ReadBuckets/REVIEW.md");
    assert!(
        untouched.contains("| since then | each entry as in the record |"),
        "{untouched}"
    );

    // A third one, without a screen.
    let again = ["--decisions", "second", "-o", "third"];
    let mut refine = Command::new(env!("CARGO_BIN_EXE_iam-refine"));
    refine.args(["refine"]).args(&ACCOUNT[1..]).args(again);
    let refine = refine.current_dir(folder.path()).env("USER", "carol");
    assert!(refine.stdin(Stdio::null()).output().is_ok());
    let overview = text("third/REVIEW.md");
    for part in [
        "Decided by `carol`",
        "decided by `bob`",
        "which began with that of `paula`",
    ] {
        assert!(overview.contains(part), "{part}: {overview}");
    }
    let record: Value =
        serde_json::from_str(&text("third/role-Reader-ReadBuckets/record.json")).expect("JSON");
    assert_eq!(
        record["policies"][0]["entries"][0]["decided"]["by"],
        "paula"
    );
    assert_eq!(record["replayed"]["decided"]["by"], "bob");
    assert_eq!(record["replayed"]["replayed"]["decided"]["by"], "paula");

    let gone = &record["policies"][0]["entries"][0]["goes"][0]["action"];
    let gone = gone.as_str().expect("an action");
    let denied = |action: &str, whom: &str| {
        let message = format!(
            "User: arn:aws:iam::123456789012:{whom} is not authorized to perform: {action} because no \
             identity-based policy allows the {action} action\n"
        );
        fs::write(path("error.log"), message).expect("written");
        let output = Command::new(env!("CARGO_BIN_EXE_iam-refine"))
            .args(["denied", "third", "error.log"])
            .current_dir(folder.path())
            .output()
            .expect("it runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let said = denied(gone, "role/Reader");
    assert!(
        said.contains("accepted  by paula, with iam-refine review"),
        "{said}"
    );
    assert!(
        said.contains("again     by carol, with iam-refine refine"),
        "{said}"
    );
    let topic: Value =
        serde_json::from_str(&text("third/group-Ops-Topics/record.json")).expect("JSON");
    let gone = topic["policies"][0]["entries"][0]["goes"][0]["action"]
        .as_str()
        .expect("an action");
    let said = denied(gone, "user/Ann");
    assert!(
        said.contains("accepted  by bob, with iam-refine review"),
        "{said}"
    );
    assert!(!said.contains("paula"), "{said}");
}

#[test]
fn what_is_decided_beyond_a_record_is_gone_on_with() {
    let folder = account();
    decided_by_paula(folder.path());
    fs::remove_dir_all(folder.path().join("first/role-Reader-ReadBuckets")).expect("left out");
    let given = [&ACCOUNT[..], &["--decisions", "first", "-o", "second"]].concat();
    let mut screen = by("bob", folder.path(), &given);
    screen.wait_for("1 of 1: rejected");
    screen.press("\r");
    screen.wait_for("0 of 2 entries decided");
    screen.press("A");
    screen.wait_for("accepted 2");
    screen.press("q");
    screen.wait_for("2 of 2: accepted");
    screen.press("qq");
    assert_eq!(screen.end(), 0);
    screen.wait_for("Your decisions are saved; run the same command to resume.");

    for arguments in [&given[..], &given[..], &ACCOUNT[..]] {
        let mut screen = by("bob", folder.path(), arguments);
        screen.wait_for("Resume 3 of 3 saved decisions?");
        screen.press("\r");
        screen.wait_for("2 of 2: accepted");
        screen.wait_for("1 of 1: rejected");
        screen.press("qq");
        assert_eq!(screen.end(), 0);
    }
    // Whose the decisions were is known without the record too.
    let mut screen = by(
        "bob",
        folder.path(),
        &[&ACCOUNT[..], &["-o", "second"]].concat(),
    );
    screen.wait_for("Resume 3 of 3 saved decisions?");
    screen.press("\r");
    screen.wait_for("1 of 1: rejected");
    screen.press("w");
    screen.wait_for("1 policy changes, 23 actions go");
    screen.press("\r");
    assert_eq!(screen.end(), 0);
    let written = folder.path().join("second/unchanged/group-Ops-Topics.json");
    let record: Value =
        serde_json::from_str(&fs::read_to_string(written).expect("a record")).expect("JSON");
    assert_eq!(record["replayed"]["decided"]["by"], "paula");
    assert_eq!(
        record["policies"][0]["entries"][0]["decided"]["by"],
        "paula"
    );

    // Another record begins anew, and what was saved is set aside.
    let other = [&ACCOUNT[..], &["--decisions", "second", "-o", "third"]].concat();
    let mut screen = by("carol", folder.path(), &other);
    screen.wait_for("2 of 2: accepted");
    screen.press("qq");
    screen.end();
    screen.wait_for("your earlier decisions are saved in");
}
