//! `review --plain` in a terminal, by somebody who is read what was appended and sees nothing else.

use std::fs;
use std::path::Path;

use super::article;
use super::screen::{Screen, start};

/// The program, and how far it was listened to.
struct Listener {
    screen: Screen,
    heard: usize,
}

impl Listener {
    fn of(folder: &Path, arguments: &[&str]) -> (Self, String) {
        let screen = start(folder, arguments, 24, 80);
        let mut listener = Listener { screen, heard: 0 };
        let opening = listener.hear();
        (listener, opening)
    }

    /// Answers, and listens until the next question.
    fn answer(&mut self, line: &str) -> String {
        self.screen.press(&format!("{line}\r"));
        self.heard += line.len();
        self.hear()
    }

    /// What was appended up to the next question, in which the reader ends.
    fn hear(&mut self) -> String {
        let (screen, heard) = (&self.screen, self.heard);
        screen.wait("a question", |_| {
            let sent = screen.sent();
            sent.len() > heard + "\r\n".len() && sent.ends_with("? ")
        });
        let sent = self.screen.sent();
        let told = sent[self.heard..].to_owned();
        self.heard = sent.len();
        assert!(!told.contains('\u{1b}'), "{told:?}");
        assert!(told.is_ascii(), "{told:?}");
        told.replace("\r\n", "\n")
    }
}

#[test]
fn a_policy_is_refined_by_ear() {
    let folder = article();
    let arguments = ["review", "--plain", "policy.json", "findings.json"];
    let (mut reader, opening) = Listener::of(folder.path(), &arguments);
    assert!(opening.contains("9 proposals to decide"), "{opening}");
    assert!(
        opening.contains("[1 of 2] policy.json, statement 1: Allow on function:my-lambda"),
        "{opening}"
    );
    let going = reader.answer("go");
    assert!(
        going.contains("lambda:AddPermission, Permissions management"),
        "{going}"
    );
    let second = reader.answer("a");
    assert!(
        second.contains("accepted. 8 unused gone by it, 8 gone in all, 22 undecided."),
        "{second}"
    );
    assert!(
        second.contains("[2 of 2] policy.json, statement 2: Allow on *"),
        "{second}"
    );
    assert!(second.contains("s3:Get* becomes 9 entries"), "{second}");
    let trie = reader.answer("t");
    assert!(
        trie.contains("s3:GetBucket: unsafe, 2 stay, 14 go"),
        "{trie}"
    );
    assert!(!trie.contains("[2 of 2]"), "only what changed: {trie}");
    let kept = reader.answer("keep GetBucketPolicy the audit reads it");
    assert!(
        kept.contains("Stays now: s3:GetBucketPolicy; s3:GetBucketPolicyStatus."),
        "{kept}"
    );
    let end = reader.answer("");
    assert!(
        end.contains("All were asked. 28 unused actions are gone, 0 undecided."),
        "{end}"
    );
    let writing = reader.answer("w");
    for said in [
        "Into policy.refined.json.",
        "Kept by hand: s3:GetBucketPolicy (the audit reads it).",
        "+      \"s3:GetBucketPolicy*\",",
    ] {
        assert!(writing.contains(said), "{said}: {writing}");
    }
    assert!(writing.ends_with("[y/N] Write this? "), "{writing}");
    let refused = reader.answer("n");
    assert!(refused.contains("Not done."), "{refused}");
    reader.answer("w");
    reader.screen.press("y\r");
    assert_eq!(reader.screen.end(), 0);
    let written = fs::read_to_string(folder.path().join("policy.refined.json")).expect("written");
    assert!(written.contains("\"s3:GetBucketPolicy*\""), "{written}");
    assert!(!written.contains("lambda:AddPermission"), "{written}");
}

#[test]
fn what_was_decided_by_ear_is_resumed() {
    let folder = article();
    let arguments = ["review", "--plain", "policy.json", "findings.json"];
    let (mut reader, _) = Listener::of(folder.path(), &arguments);
    reader.answer("a");
    let leaving = reader.answer("q");
    assert!(
        leaving.ends_with("8 decisions are saved, but not written.\n[y/N] Leave? "),
        "{leaving}"
    );
    reader.screen.press("y\r");
    assert_eq!(reader.screen.end(), 0);
    let screen = start(folder.path(), &arguments, 24, 80);
    screen.wait_for("Resume 8 of 8 saved decisions? [Y/n]");
    let mut reader = Listener {
        heard: screen.sent().len(),
        screen,
    };
    let resumed = reader.answer("y");
    assert!(resumed.contains("[2 of 2]"), "{resumed}");
}
