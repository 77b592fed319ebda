//! The program in a real terminal.

mod account;
#[path = "../screen/drawn_policy.rs"]
mod drawn_policy;
mod lessons;
mod numbers;
mod plain;
#[path = "../program/run.rs"]
mod run;
mod screen;
#[path = "../screen/shown_numbers.rs"]
mod shown_numbers;
#[path = "../program/source_world.rs"]
mod source_world;
mod sources;

use std::fs;
use std::path::Path;

use screen::{Screen, start, start_with};

/// What the screen shows when it is there.
const READY: &str = "0 of 9 entries decided";

const ARTICLE: [&str; 3] = ["review", "policy.json", "findings.json"];

/// A folder with the article's policy and findings.
fn article() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["policy", "findings"] {
        let from = format!("{}/assets/demo/{name}.json", env!("CARGO_MANIFEST_DIR"));
        fs::copy(from, folder.path().join(format!("{name}.json"))).expect("copied");
    }
    folder
}

fn review(folder: &Path) -> Screen {
    let screen = start(folder, &ARTICLE, 30, 120);
    screen.wait_for(READY);
    screen
}

/// A review in which all is accepted.
fn accepted(folder: &Path) -> Screen {
    let mut screen = review(folder);
    screen.press("A");
    screen.wait_for("accepted 9");
    screen
}

/// Writes, and sees the program end well.
fn write(screen: &mut Screen) {
    screen.press("w");
    screen.wait_for("Enter");
    screen.press("\r");
    assert_eq!(screen.end(), 0);
}

/// What `refine` makes of the article's policy.
fn refined(folder: &Path) -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_iam-refine"))
        .args(["refine", "policy.json", "findings.json"])
        .current_dir(folder)
        .output()
        .expect("it runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn accepting_all_and_writing_gives_what_refine_gives() {
    let folder = article();
    let mut screen = accepted(folder.path());
    write(&mut screen);
    assert!(screen.is_given_back());
    assert!(
        screen.text().contains("wrote policy.refined.json"),
        "{}",
        screen.text()
    );
    let written = fs::read_to_string(folder.path().join("policy.refined.json")).expect("written");
    assert_eq!(written, refined(folder.path()));
}

#[test]
fn reports_of_places_that_are_none_end_nothing() {
    let folder = article();
    let mut screen = review(folder.path());
    // A click in column 0 and one in row 0, both counted from 1, and where the cursor is.
    screen.press("\u{1b}[<0;0;7M\u{1b}[<0;7;0M\u{1b}[0;0R\u{1b}[M \u{20}\u{20}");
    screen.press("A");
    screen.wait_for("accepted 9");
    screen.press("qq");
    assert_eq!(screen.end(), 0);
    assert!(screen.is_given_back());
}

/// What a terminal would obey, in an argument and in a policy.
const EVIL: &str = "x\u{1b}]0;evil\u{7}\u{202e}\u{9b}2J";
const EVIL_SPELLED: &str = r"x\u{1b}]0;evil\u{7}\u{202e}\u{9b}2J";

#[test]
fn an_argument_commands_no_terminal() {
    let folder = article();
    let mut screen = start(folder.path(), &["refine", &format!("--{EVIL}")], 30, 120);
    assert_eq!(screen.end(), 2);
    let sent = screen.sent();
    assert!(
        sent.contains(&format!("unexpected argument '\u{1b}[33m--{EVIL_SPELLED}")),
        "{sent:?}"
    );
    assert!(!sent.contains(['\u{7}', '\u{202e}', '\u{9b}']), "{sent:?}");
}

#[test]
fn a_policy_commands_no_terminal_that_it_is_printed_on() {
    let folder = article();
    let path = folder.path().join("policy.json");
    let policy = fs::read_to_string(&path).expect("read");
    // JSON lets these two stand in a string as they are.
    let policy = policy.replace("\"Effect\"", "\"Sid\":\t\"\u{202e}\u{9b}2J\", \"Effect\"");
    fs::write(&path, &policy).expect("written");
    for option in [&[][..], &["--diff"]] {
        let arguments = [&["refine"], option, &["policy.json", "findings.json"]].concat();
        let mut screen = start(folder.path(), &arguments, 30, 120);
        assert_eq!(screen.end(), 0);
        let sent = screen.sent();
        assert!(
            sent.contains("\"Sid\":\t\"\\u{202e}\\u{9b}2J\""),
            "{sent:?}"
        );
        assert!(!sent.contains(['\u{202e}', '\u{9b}']), "{sent:?}");
    }
    // Other programs get the bytes.
    assert!(refined(folder.path()).contains("\"\u{202e}\u{9b}2J\""));
}

#[test]
fn the_first_review_points_at_the_keys_and_the_lessons_once() {
    let folder = article();
    let welcome = "? shows the keys on the screen; `iam-refine learn` teaches what it shows.";
    let times = |screen: &Screen| screen.sent().matches(welcome).count();
    let mut first = review(folder.path());
    first.press("q");
    assert_eq!(first.end(), 0);
    assert_eq!(times(&first), 1);
    assert!(folder.path().join("state/iam-refine/welcomed").exists());
    let mut second = review(folder.path());
    second.press("q");
    assert_eq!(second.end(), 0);
    assert_eq!(times(&second), 0);
}

#[test]
fn opening_and_leaving_changes_nothing() {
    let folder = article();
    let before = fs::read_dir(folder.path()).expect("a folder").count();
    let mut screen = review(folder.path());
    screen.press("jjjllhkq");
    assert_eq!(screen.end(), 0);
    assert!(screen.is_given_back());
    assert!(screen.sent().contains("Nothing was written."));
    fs::remove_dir_all(folder.path().join("state")).expect("its own folder");
    assert_eq!(
        fs::read_dir(folder.path()).expect("a folder").count(),
        before
    );
}

#[test]
fn leaving_asks_while_something_is_decided_and_keeps_it() {
    let folder = article();
    let mut screen = review(folder.path());
    screen.press("Aq");
    screen.wait_for("Leave?");
    screen.press("\u{1b}");
    screen.wait("question gone", |shown| {
        !shown.contents().contains("Leave?")
    });
    screen.press("\u{3}");
    screen.wait_for("Leave?");
    screen.press("\u{3}");
    assert_eq!(screen.end(), 0);
    assert!(screen.is_given_back());
    screen.wait_for("Nothing was written. Your decisions are saved");
    let again = start(folder.path(), &ARTICLE, 30, 120);
    again.wait_for("Resume 9 of 9 saved decisions?");
}

#[test]
fn every_size_is_drawn() {
    let folder = article();
    let mut screen = review(folder.path());
    for (rows, columns) in [(24, 80), (10, 40), (9, 39), (3, 5), (1, 1), (50, 200)] {
        screen.resize(rows, columns);
    }
    screen.wait_for(READY);
    screen.press("q");
    assert_eq!(screen.end(), 0);
}

#[test]
fn a_signal_to_end_gives_the_terminal_back() {
    for (signal, code) in [
        ("-TERM", 128 + 15),
        ("-HUP", 128 + 1),
        ("-INT", 128 + 2),
        ("-QUIT", 128 + 3),
    ] {
        let folder = article();
        let mut screen = accepted(folder.path());
        screen.signal(signal);
        assert_eq!(screen.end(), code);
        assert!(screen.is_given_back());
    }
}

#[test]
fn a_killed_review_goes_on_where_it_was() {
    let folder = article();
    let mut screen = accepted(folder.path());
    screen.signal("-KILL");
    screen.end();
    let mut screen = start(folder.path(), &ARTICLE, 30, 120);
    screen.wait_for("Resume 9 of 9 saved decisions?");
    screen.press("\r");
    screen.wait_for("POLICY");
    write(&mut screen);
    let written = fs::read_to_string(folder.path().join("policy.refined.json")).expect("written");
    assert_eq!(written, refined(folder.path()));
    // The policy is as it was, so what was decided on it is offered again.
    let mut screen = start(folder.path(), &ARTICLE, 30, 120);
    screen.wait_for("Resume 9 of 9 saved decisions?");
    screen.press("\r");
    screen.wait_for("9 of 9 entries decided");
}

#[test]
fn a_second_review_of_the_same_files_is_told() {
    let folder = article();
    let _first = review(folder.path());
    let mut second = start(folder.path(), &ARTICLE, 30, 120);
    assert_eq!(second.end(), 2);
    second.wait_for("another review of these files is running");
}

#[test]
fn stopping_gives_the_terminal_back_and_going_on_takes_it_again() {
    stops_and_goes_on(|screen| screen.press("\u{1a}"));
}

#[test]
fn being_stopped_from_outside_is_as_being_stopped_by_a_key() {
    stops_and_goes_on(|screen| screen.signal("-TSTP"));
}

fn stops_and_goes_on(stop: impl FnOnce(&mut Screen)) {
    let folder = article();
    let mut screen = review(folder.path());
    stop(&mut screen);
    screen.wait("normal screen", |screen| !screen.alternate_screen());
    let start = std::time::Instant::now();
    while screen.state() != "T" {
        assert!(start.elapsed().as_secs() < 20, "it does not stop");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(screen.is_given_back());
    screen.signal("-CONT");
    screen.wait("alternate screen", vt100::Screen::alternate_screen);
    screen.wait_for(READY);
    screen.press("q");
    assert_eq!(screen.end(), 0);
    // A second time would clear what is drawn, and the change of size that follows could keep a key
    // from being heard.
    let taken = screen.sent().matches("\u{1b}[?1049h").count();
    assert_eq!(taken, 2, "at the beginning, and when it goes on");
    assert!(screen.is_given_back());
}

#[test]
fn colours_are_those_of_the_theme() {
    let folder = article();
    let theme = |theme: &'static str| {
        let arguments = [&ARTICLE[..], &["--theme", theme]].concat();
        let mut screen = start(folder.path(), &arguments, 30, 120);
        screen.wait_for(READY);
        screen.press(".");
        screen.wait_for("unsafe");
        screen.press("q");
        screen.end();
        screen.sent()
    };
    assert!(theme("dark").contains("38;5;36;"));
    assert!(theme("light").contains("38;5;23;"));
    assert!(!theme("mono").contains("38;5;"));
}

#[test]
fn without_colour_the_selection_is_still_seen() {
    let folder = article();
    let mut screen = start_with(folder.path(), &ARTICLE, 30, 120, &[("NO_COLOR", "1")]);
    screen.wait_for(READY);
    screen.wait("reversed cell", |shown| {
        let cells = (0..30).flat_map(|row| (0..120).map(move |column| (row, column)));
        cells
            .filter_map(|(row, column)| shown.cell(row, column))
            .any(vt100::Cell::inverse)
    });
    screen.press("q");
    screen.end();
    assert!(!screen.sent().contains("\u{1b}[38;5;"));
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let folder = article();
    let target = folder.path().join("policy.refined.json");
    fs::write(&target, "mine").expect("written");
    let mut screen = review(folder.path());
    screen.press("Aw");
    screen.wait_for("Enter");
    screen.press("\r");
    assert_eq!(screen.end(), 0);
    assert_eq!(fs::read_to_string(&target).expect("read"), "mine");
    let second = fs::read_to_string(folder.path().join("policy.refined-2.json"));
    assert_eq!(second.expect("written"), refined(folder.path()));
    // One that was asked for by name is refused before anything is decided.
    let arguments = [&ARTICLE[..], &["-o", "policy.refined.json"]].concat();
    assert_eq!(start(folder.path(), &arguments, 30, 120).end(), 2);
}

#[test]
fn what_a_killed_program_left_on_the_screen_is_cleared() {
    let folder = article();
    let mut screen = review(folder.path());
    screen.press("q");
    screen.end();
    let sent = screen.sent();
    let (_, entered) = sent
        .split_once("\u{1b}[?1049h")
        .expect("the alternate screen");
    assert!(entered.starts_with("\u{1b}[2J"));
}

#[test]
fn steps_are_taken_back_one_by_one_after_going_on() {
    let folder = article();
    let mut screen = review(folder.path());
    screen.press("a");
    screen.wait_for("8 of 9 entries decided");
    screen.press("a");
    screen.wait_for("9 of 9 entries decided");
    screen.signal("-KILL");
    screen.end();
    let mut screen = start(folder.path(), &ARTICLE, 30, 120);
    screen.wait_for("Resume");
    screen.press("\r");
    screen.wait_for("9 of 9 entries decided");
    screen.press("u");
    screen.wait_for("8 of 9 entries decided");
    screen.press("u");
    screen.wait_for(READY);
}

#[test]
fn a_policy_that_changed_meanwhile_is_not_written_in_place() {
    let folder = article();
    let policy = folder.path().join("policy.json");
    let mut screen = start(
        folder.path(),
        &[&ARTICLE[..], &["--in-place"]].concat(),
        30,
        120,
    );
    screen.wait_for(READY);
    fs::write(&policy, "theirs").expect("written");
    screen.press("Aw");
    screen.wait_for("Enter");
    screen.press("\r");
    screen.wait_for("has changed since it was read");
    screen.press("\u{3}\u{3}");
    screen.end();
    assert_eq!(fs::read_to_string(&policy).expect("read"), "theirs");
}

#[test]
fn a_click_on_a_box_decides_and_no_mouse_leaves_it_to_the_terminal() {
    let folder = article();
    let mut screen = review(folder.path());
    // A press and a release at column 6 of row 5, where the box of the literals is.
    screen.press("\u{1b}[<0;6;5M\u{1b}[<0;6;5m");
    screen.wait_for("[x] - 8 literal lambda actions");
    screen.press("\u{3}\u{3}");
    screen.end();
    assert!(screen.sent().contains("\u{1b}[?1000h"));
    let other = article();
    let arguments = [&ARTICLE[..], &["--no-mouse"]].concat();
    let mut screen = start(other.path(), &arguments, 30, 120);
    screen.wait_for(READY);
    screen.press("q");
    screen.end();
    assert!(!screen.sent().contains("\u{1b}[?1000h"));
}

#[test]
fn copying_hands_the_diff_to_the_terminal() {
    let folder = article();
    let mut screen = accepted(folder.path());
    screen.press("y");
    screen.wait_for("Copied the diff");
    // `--- policy.json`, in base 64.
    assert!(screen.sent().contains("\u{1b}]52;c;LS0tIHBvbGljeS5qc29u"));
    screen.press("\u{3}\u{3}");
    assert_eq!(screen.end(), 0);
}

#[test]
fn what_the_terminal_answers_too_late_is_not_taken_for_keys() {
    let folder = article();
    let mut screen = review(folder.path());
    screen.press("\u{1b}]11;rgb:1c1c/1c1c/1c1c\u{1b}\\");
    // What comes right behind it would be taken for a part of it.
    std::thread::sleep(std::time::Duration::from_millis(300));
    screen.press("A");
    screen.wait_for("accepted 9 in 2 statements");
}

#[test]
fn a_linked_policy_is_written_where_the_link_points() {
    let folder = article();
    let (policy, real) = (
        folder.path().join("policy.json"),
        folder.path().join("real.json"),
    );
    fs::rename(&policy, &real).expect("moved");
    std::os::unix::fs::symlink("real.json", &policy).expect("a link");
    let wanted = refined(folder.path());
    let arguments = [&ARTICLE[..], &["--in-place"]].concat();
    let mut screen = start(folder.path(), &arguments, 30, 120);
    screen.wait_for(READY);
    screen.press("Aw");
    screen.wait_for("Enter");
    screen.press("\r");
    assert_eq!(screen.end(), 0);
    assert!(policy.symlink_metadata().expect("there").is_symlink());
    assert_eq!(fs::read_to_string(&real).expect("read"), wanted);
    assert!(
        screen.text().contains("the old bytes are in"),
        "{}",
        screen.text()
    );
}

#[test]
fn the_demo_needs_no_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut screen = start(folder.path(), &["demo"], 24, 80);
    screen.wait_for(READY);
    screen.press("A");
    screen.wait_for("accepted 9");
    write(&mut screen);
    let written = fs::read_to_string(folder.path().join("policy.refined.json")).expect("written");
    assert!(written.contains("s3:GetStorage*"));
}

#[test]
fn the_preview_names_the_file_that_is_written() {
    let folder = article();
    let shows = |more: &[&str], told: &str| {
        let mut screen = start(folder.path(), &[&ARTICLE[..], more].concat(), 30, 120);
        screen.wait_for(READY);
        screen.press("Aw");
        screen.wait_for(told);
        screen.press("\u{1b}");
        screen.wait_for("POLICY");
        screen.press("uq");
        assert_eq!(screen.end(), 0);
    };
    shows(&[], "Into policy.refined.json.");
    fs::write(folder.path().join("policy.refined.json"), "mine").expect("written");
    shows(&[], "Into policy.refined-2.json.");
    shows(&["-o", "out.json"], "Into out.json.");
    shows(
        &["--in-place"],
        "Over policy.json; the old bytes are kept in ",
    );
}

#[test]
fn a_preview_makes_no_folder() {
    let folder = article();
    fs::copy(
        folder.path().join("policy.json"),
        folder.path().join("second.json"),
    )
    .expect("copied");
    let files = ["policy.json", "second.json", "findings.json"];
    let arguments = [&["review"], &files[..], &["-o", "out/deep"]].concat();
    let mut screen = start(folder.path(), &arguments, 30, 120);
    screen.wait_for("0 of 18 entries decided");
    screen.press("A");
    screen.wait_for("accepted 18");
    screen.press("w");
    screen.wait_for("Into out/deep/policy.json, out/deep/second.json.");
    assert!(!folder.path().join("out").exists());
    screen.press("\r");
    assert_eq!(screen.end(), 0);
    assert!(folder.path().join("out/deep/second.json").exists());
}

#[test]
fn where_nothing_can_be_kept_that_is_told_from_the_start() {
    let folder = article();
    fs::write(folder.path().join("no-folder"), "").expect("written");
    let state = folder.path().join("no-folder/state");
    let state = state.to_str().expect("UTF-8");
    let variables = [("XDG_STATE_HOME", state)];
    let mut screen = start_with(folder.path(), &ARTICLE, 30, 120, &variables);
    screen.wait_for("What you decide is lost unless you write it: decisions cannot be kept");
    screen.press("Aq");
    screen.wait_for("Leave? 9 decisions will be lost.");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    assert!(screen.sent().contains("Nothing was written."));
    assert!(!screen.sent().contains("is kept: the same command"));
}

#[test]
fn a_failure_to_write_is_told_to_its_end() {
    let folder = article();
    fs::create_dir(folder.path().join("into")).expect("made");
    let arguments = [&ARTICLE[..], &["-o", "into/out.json"]].concat();
    let mut screen = start(folder.path(), &arguments, 24, 80);
    screen.wait_for(READY);
    fs::remove_dir(folder.path().join("into")).expect("removed");
    screen.press("Aw");
    screen.wait_for("Into into/out.json.");
    screen.press("\r");
    screen.wait_for("what was there is as it was");
    let text = screen.text();
    assert!(!text.contains(".iam-refine-"), "{text}");
    screen.press("qq");
    assert_eq!(screen.end(), 0);
}

#[test]
fn nothing_is_written_from_a_window_that_shows_nothing() {
    let folder = article();
    let mut screen = accepted(folder.path());
    screen.resize(5, 30);
    screen.wait_for("needs 40x10, has 30x5");
    screen.press("uw\r");
    // Once this is seen, the keys were read, in a window that is still too small.
    screen.resize(6, 30);
    screen.wait_for("needs 40x10, has 30x6");
    screen.resize(30, 120);
    screen.wait_for("9 of 9 entries decided");
    screen.resize(5, 20);
    screen.wait_for("needs 40x10");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    assert!(!folder.path().join("policy.refined.json").exists());
    assert!(screen.sent().contains("Your decisions are saved"));
}
