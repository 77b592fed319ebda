//! No key is silent: each printable one changes what is seen, or says why not, in every pane and
//! whatever is open.

use iam_refine::catalogue::Catalogue;
use iam_refine::review::{Review, ReviewInput};
use iam_refine::tui::Settings;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

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
const STATES: [&str; 32] = [
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
    "t",
    "?",
    "/ o b j Enter",
    "2 Space",
];

#[test]
fn each_printable_key_changes_what_is_seen_or_says_why_not() {
    let input = review(&[POLICY], FINDINGS, Catalogue::built_in());
    let input = input.input();
    let fresh = |keys: &str, size| {
        let review = Review::new(ReviewInput::clone(input));
        Tester::new(review, Settings::default(), size).press(keys)
    };
    let wide = STATES.iter().take(WIDE).map(|keys| (*keys, (160, 50)));
    let states = STATES.iter().map(|keys| (*keys, (80, 24)));
    for (keys, size) in states.chain(wide) {
        let mut screen = fresh(keys, size);
        let before = screen.buffer().clone();
        for letter in ' '..='~' {
            let requests = screen.requests.len();
            let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
            screen.event(&Event::Key(key));
            let asks = screen.requests.len() > requests;
            let changes = *screen.buffer() != before;
            assert!(
                asks || changes,
                "{letter:?} after {keys:?}\n{}",
                screen.text()
            );
            // Where nothing but the last line is another, the next key can be tried at once.
            let above_last = before.content.len() - usize::from(size.0);
            if asks || screen.buffer().content[..above_last] != before.content[..above_last] {
                screen = fresh(keys, size);
            }
        }
    }
}
