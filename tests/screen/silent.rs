//! No key is silent: each one changes what is seen, or says why not, in every pane, in the list of an
//! account, and whatever is open.

use iam_refine::account::Decided;
use iam_refine::catalogue::Catalogue;
use iam_refine::review::{Review, ReviewInput};
use iam_refine::tui::{App, Settings};
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::account::read;
use crate::setup::{Tester, review};

/// A statement of each kind, with wildcards, literals, something covered and something held back.
const POLICY: &str = r#"{"Statement": [
    {"Effect": "Allow", "Action": ["s3:Get*", "s3:GetObject", "s3:List*"], "Resource": "*"},
    {"Effect": "Allow", "Action": ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SendMessage"], "Resource": "*"},
    {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"},
    {"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::a"}
]}"#;
const FINDINGS: &str = r#"[
    {"serviceNamespace": "s3", "actions": ["GetObjectAcl", "GetBucketAcl", "ListJobs"]},
    {"serviceNamespace": "sqs", "actions": ["DeleteQueue"]}
]"#;

/// How many states are seen on a wide screen too.
const WIDE: usize = 3;

/// The keys that lead to each state.
const STATES: [&str; 38] = [
    "",
    "g",
    "G",
    "j",
    "j j",
    "3",
    "4",
    "g 3",
    "g 2",
    "2",
    "2 j",
    "2 j j",
    "2 G",
    "G 2",
    "G k 2",
    "z",
    "A",
    "A 4",
    "A 3",
    "A w",
    "w",
    "a u",
    "r",
    "f",
    "f f",
    "o",
    "v",
    "F",
    "F Space",
    "v Space",
    "t",
    "t g",
    "?",
    "/ o b j Enter",
    "/ o b Left",
    "r a b Home",
    "? x",
    "2 Space",
];

/// Keys that are no letters.
const SPECIAL: [KeyCode; 14] = [
    KeyCode::Esc,
    KeyCode::Enter,
    KeyCode::Tab,
    KeyCode::BackTab,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Delete,
    KeyCode::F(5),
];

#[test]
fn each_key_changes_what_is_seen_or_says_why_not() {
    let input = review(&[POLICY], FINDINGS, Catalogue::built_in());
    let input = input.input();
    let fresh = |keys: &str, size| {
        let review = Review::new(ReviewInput::clone(input));
        Tester::new(review, Settings::default(), size).press(keys)
    };
    let wide = STATES.iter().take(WIDE).chain(&["a d / s 3"]);
    let wide = wide.map(|keys| (*keys, (160, 50)));
    let states = STATES.iter().map(|keys| (*keys, (80, 24)));
    for (keys, size) in states.chain(wide) {
        press_each(keys, size, || fresh(keys, size));
    }
}

#[test]
fn so_does_each_in_the_list_of_an_account() {
    let account = read(include_str!("../data/account/account.json"));
    let fresh = |keys: &str| {
        let account = account.clone();
        let title = "account.json".to_owned();
        let app = App::of_account(account, Decided::new(), title, Settings::default());
        Tester::of(app, (80, 24)).press(keys)
    };
    for keys in [
        "",
        "j",
        "G",
        "Space",
        "f",
        "f f f",
        "o",
        "d",
        "a",
        "A",
        "/ r e Enter",
        "/ r e",
    ] {
        press_each(keys, (80, 24), || fresh(keys));
    }
}

/// Presses each key on a fresh screen, or on one that only its last line tells from that.
pub(crate) fn press_each(keys: &str, size: (u16, u16), fresh: impl Fn() -> Tester) {
    let mut screen = fresh();
    let before = screen.buffer().clone();
    let letters = (' '..='~').map(KeyCode::Char);
    let context = screen.app.context();
    for code in letters.chain(SPECIAL) {
        let requests = screen.requests.len();
        screen.event(&Event::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        let asks = screen.requests.len() > requests;
        let changes = *screen.buffer() != before;
        assert!(
            asks || changes,
            "{code:?} after {keys:?}\n{}",
            screen.text()
        );
        // Where nothing but the last line is another, the next key can be tried at once; not where
        // one types there.
        let above_last = before.content.len() - usize::from(size.0);
        let is_elsewhere = screen.app.context() != context;
        let other = || screen.buffer().content[..above_last] != before.content[..above_last];
        if context.takes_text() || asks || is_elsewhere || other() {
            screen = fresh();
        }
    }
}
