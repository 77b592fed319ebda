//! Findings in every shape, one page or several: the pages are set apart by a line `---`.

use iam_refine::findings::{Findings, MissingPages, Page, UnusedFor};
use iam_refine::iam::Action;
use iam_refine::text::{Json, recognise};

use super::telling::{check, check_problem, source};

pub fn run(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        source("findings.json", bytes);
        return false;
    };
    let pages: Vec<Page> = text.split("\n---\n").filter_map(page).collect();
    let mut is_read = false;
    for missing in [MissingPages::Refused, MissingPages::Accepted] {
        match Findings::join(pages.clone(), missing).and_then(Findings::of_one_principal) {
            Ok(None) => assert!(pages.is_empty()),
            Ok(Some(findings)) => {
                is_read = true;
                is_sound(&findings);
            }
            Err(problems) => check(&problems),
        }
    }
    is_read
}

fn page(text: &str) -> Option<Page> {
    let source = source("findings.json", text.as_bytes())?;
    let json = Json::parse(&source).inspect_err(check).ok()?;
    let _ = recognise(&json);
    Page::read_for(&source, &json, UnusedFor::default())
        .inspect_err(check)
        .ok()
}

/// What is named as unused is unused, is an action, and is not used.
fn is_sound(findings: &Findings) {
    findings.notes.iter().for_each(check_problem);
    for action in findings.unused.named() {
        assert!(findings.unused.contains(&action));
        let read: Action = action.to_string().parse().unwrap();
        assert_eq!(read, action);
        let is_used = findings.used.last_used(&action).is_some();
        assert!(!is_used, "{action} is used and unused");
    }
}
