//! `iam-refine learn rule`: the rule on one page.

use crate::run::{RunIt, folder, iam_refine};
use iam_refine::explain::RuleLine;

#[test]
fn the_page_has_all_of_the_rule() {
    let run = iam_refine().args(["learn", "rule"]).run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let mut lines = run.stdout.lines();
    for line in RuleLine::ALL {
        let is_it = |told: &str| told.trim_start().starts_with(line.as_str());
        assert!(lines.any(is_it), "{} {}", line.as_str(), run.stdout);
    }
    let words: Vec<&str> = run.stdout.split_whitespace().collect();
    let words = words.join(" ");
    // One page of a usual terminal.
    assert!(run.stdout.lines().count() <= 40, "{}", run.stdout);
    // The example is what the engine makes of it.
    assert!(words.contains("! lambda:Get unsafe 6 stay 3 go"), "{words}");
    assert!(
        words.contains("Layer safe 2 stay · go → lambda:GetLayer*"),
        "{words}"
    );
    let told = run.stdout.lines().filter(|line| !line.contains(" stay "));
    for line in told {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn what_the_page_cannot_have_is_refused() {
    let folder = folder();
    let page = folder.path().join("rule.html");
    let page = page.to_str().unwrap();
    for (arguments, told) in [
        (&["rule", "3"][..], "\"3\" is not known behind rule"),
        (&["rule", "--seed", "3"], "--seed is about practice"),
        (&["rule", "-o", page], "the rule on one page is asked for"),
    ] {
        let run = iam_refine().arg("learn").args(arguments).run();
        assert_eq!(run.exit, 2, "{arguments:?} {}", run.stdout);
        assert!(run.stderr.contains(told), "{arguments:?} {}", run.stderr);
    }
    assert!(!folder.path().join("rule.html").exists());
}
