//! The lengths that a policy can come to, and the order of what costs most.

use iam_refine::catalogue::Catalogue;
use iam_refine::review::{Review, StatementReview};
use iam_refine::text::grouped;
use iam_refine::tui::{Context, Settings};

use crate::setup::{Tester, review};

/// A policy that reads everything, and nobody uses three of ten of what it reads.
fn reading(size: (u16, u16)) -> Tester {
    Tester::new(reading_review(), Settings::default(), size)
}

fn reading_review() -> Review {
    let entries = [
        "autoscaling:Describe*",
        "cloudwatch:Get*",
        "dynamodb:Describe*",
        "ec2:Describe*",
        "ec2:Get*",
        "iam:Get*",
        "iam:List*",
        "lambda:List*",
        "logs:Describe*",
        "rds:Describe*",
        "route53:List*",
        "s3:Get*",
        "s3:List*",
        "ssm:Get*",
    ];
    over(&entries)
}

/// A policy with these entries over the actions of today, three of ten of which nobody uses.
fn over(entries: &[&str]) -> Review {
    let policy = serde_json::json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": entries, "Resource": "*"}
    ]});
    review(
        &[&policy.to_string()],
        &unused_of_all(),
        Catalogue::built_in(),
    )
}

/// Findings of three of ten actions of each service.
fn unused_of_all() -> String {
    let catalogue = Catalogue::built_in();
    let unused: Vec<serde_json::Value> = (catalogue.services())
        .map(|service| {
            let names = (service.actions().iter()).map(|action| action.name.as_str());
            let unused: Vec<&str> = names.filter(|name| is_unused(name)).collect();
            serde_json::json!({"serviceNamespace": service.prefix().as_str(), "actions": unused})
        })
        .filter(|service| service["actions"] != serde_json::json!([]))
        .collect();
    serde_json::Value::from(unused).to_string()
}

/// Three of ten, the same each time.
fn is_unused(name: &str) -> bool {
    let hash = name.bytes().fold(7u32, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    hash % 10 < 3
}

#[test]
fn the_lengths_stand_over_the_panes() {
    for (width, height) in [(80, 24), (120, 40)] {
        let opened = reading((width, height)).press("F");
        assert_eq!(opened.app.context(), Context::Fit);
        insta::assert_snapshot!(format!("lengths_{width}"), opened.text());
        let named = opened.press("Space");
        insta::assert_snapshot!(format!("names_{width}"), named.text());
    }
}

#[test]
fn the_row_of_the_quota_is_taken_as_one_step_and_decides_nothing() {
    let taken = reading((120, 40)).press("F Enter");
    let footer = taken.footer();
    assert!(footer.starts_with("left "), "{footer}");
    assert!(
        footer.contains(" prefixes whole, to fit 6,144 characters; what is undecided stays so"),
        "{footer}"
    );
    assert_eq!(taken.written(), reading((120, 40)).written());
    let accepted = taken.press("A");
    let size = accepted.review().size(0).after;
    assert!((5_900..=6_144).contains(&size), "{size}");
    assert!(
        accepted.text().contains(" autoscaling:Describe* left "),
        "{}",
        accepted.text()
    );
    assert!(accepted.review().is_proved());
    // All of it is taken back at once.
    let undone = accepted.press("u u");
    assert!(
        undone.footer().starts_with("Undid: left "),
        "{}",
        undone.footer()
    );
    assert_eq!(
        undone.text(),
        reading((120, 40))
            .press("u u")
            .text()
            .replace("There is nothing to undo", &undone.footer())
    );
}

#[test]
fn all_gone_takes_back_what_an_earlier_fit_left() {
    let none = reading((120, 40)).press("F g Enter");
    assert_eq!(
        none.footer(),
        "No change: nothing is left whole for its length"
    );
    let taken = reading((120, 40)).press("F Enter F g Enter");
    assert!(
        taken.footer().starts_with("took back ")
            && taken
                .footer()
                .contains(" prefixes left whole, to fit 6,144 characters"),
        "{}",
        taken.footer()
    );
    let marks = taken
        .review()
        .state()
        .places()
        .filter_map(|place| taken.review().state().entry(place));
    assert!(marks.into_iter().all(|entry| entry.marks.is_empty()));
    // Another length takes its place.
    let other = reading((120, 40)).press("F Enter F j Enter A");
    assert!(other.review().size(0).after <= 5_120);
}

#[test]
fn how_it_was_is_only_compared_with() {
    let last = reading((80, 24)).press("F G Enter");
    assert_eq!(
        last.footer(),
        "That is how it was, to compare with: r rejects what is proposed"
    );
    assert_eq!(last.app.context(), Context::Fit);
    assert_eq!(last.press("Esc").app.context(), Context::Policy);
}

#[test]
fn what_fits_already_or_never_says_so() {
    let short = Tester::new(over(&["sqs:*"]), Settings::default(), (80, 24)).press("F");
    assert!(
        short
            .text()
            .contains("It fits with all that is unused gone: "),
        "{}",
        short.text()
    );
    // What manages permissions may not stay, and a user's policies have little room.
    let document = over(&["iam:*", "lambda:*", "s3:*"]);
    let document = document.input().document(0).source().text();
    let inline =
        format!(r#"{{"UserName": "ann", "PolicyName": "p", "PolicyDocument": {document}}}"#);
    let all = review(&[&inline], &unused_of_all(), Catalogue::built_in());
    let all = Tester::new(all, Settings::default(), (80, 24)).press("F");
    let text = all.text();
    assert!(
        text.contains("Nothing makes it fit 2,048: the shortest that may be is"),
        "{text}"
    );
    assert!(text.contains("--if-too-long split"), "{text}");
    let used = r#"[{"serviceNamespace": "sqs", "actions": ["PurgeQueue"]}]"#;
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
    let nothing = review(&[policy], used, Catalogue::built_in());
    let nothing = Tester::new(nothing, Settings::default(), (80, 24)).press("F");
    assert_eq!(
        nothing.footer(),
        "Nothing is proposed here that makes it longer: there is nothing to fit"
    );
}

#[test]
fn policies_that_share_a_quota_are_fitted_together() {
    let inline = |name: &str, entry: &str| {
        let document = over(&[entry]);
        let document = document.input().document(0).source().text();
        format!(r#"{{"UserName": "ann", "PolicyName": "{name}", "PolicyDocument": {document}}}"#)
    };
    let policies = [inline("a", "ec2:Get*"), inline("b", "rds:Describe*")];
    let policies = policies.each_ref().map(String::as_str);
    let review = review(&policies, &unused_of_all(), Catalogue::built_in());
    let narrowest = review.size_if_all_accepted(0) + review.size_if_all_accepted(1);
    let opened = Tester::new(review, Settings::default(), (80, 30)).press("F");
    let text = opened.text();
    let title = "FIT 2 inline policies: quota 2,048 over all inline policies of the user";
    assert!(text.contains(title), "{text}");
    assert!(text.contains(&grouped(narrowest)), "{text}");
    let entries: usize = (0..2)
        .flat_map(|policy| opened.review().state().statements(policy))
        .map(|statement| match statement {
            StatementReview::Entries(entries) => entries
                .iter()
                .filter_map(|entry| entry.plan.replacements())
                .map(<[_]>::len)
                .sum(),
            _ => 0,
        })
        .sum();
    let all = text
        .lines()
        .find(|line| line.contains("all gone"))
        .unwrap_or_default();
    assert!(all.contains(&format!(" {entries} ")), "{all}");
    let fitted = opened.press("Enter A");
    assert!(fitted.review().size(0).counted <= 2_048);
    assert_eq!(fitted.press("u u").review().decisions(), 0);
}

#[test]
fn the_line_of_sizes_offers_it_when_the_quota_is_exceeded() {
    for size in [(80, 24), (120, 40)] {
        let over = reading(size);
        assert!(over.text().contains(": see F"), "{}", over.text());
        let fits = over.press("F Enter").text();
        assert!(!fits.contains("see F"), "{fits}");
    }
}

#[test]
fn the_cursor_stays_in_sight_above_the_lengths() {
    let low = reading((80, 24)).press("G F");
    assert!(low.text().contains("> [ ] - ssm:Get*"), "{}", low.text());
}

#[test]
fn each_entry_says_what_it_removes_and_costs() {
    let tester = reading((80, 24));
    let text = tester.text();
    let line = text.lines().find(|line| line.contains("- ec2:Describe*"));
    let line = line.unwrap_or_default();
    assert!(
        line.contains(" actions  +") && line.contains(" ch "),
        "{line}"
    );
    // All together cost what the policy grows by.
    let review = tester.review();
    let costs = review
        .state()
        .places()
        .filter_map(|place| review.cost(place));
    let all: isize = costs.map(|cost| cost.characters).sum();
    let (before, after) = (review.size(0).before, review.size_if_all_accepted(0));
    assert_eq!(all, after.cast_signed() - before.cast_signed());
}

#[test]
fn an_entry_that_becomes_a_list_costs_its_brackets_too() {
    let policy = r#"{"Statement": [
        {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
        {"Effect": "Allow", "Action": ["s3:Get*", "s3:GetObject*", "s3:PutObject", "sqs:Send*"], "Resource": "*"}
    ]}"#;
    let unused = r#"[{"serviceNamespace": "s3", "actions": ["GetObjectAcl", "PutObject"]}]"#;
    let review = review(&[policy], unused, Catalogue::built_in());
    let costs = review
        .state()
        .places()
        .filter_map(|place| review.cost(place));
    let all: isize = costs.map(|cost| cost.characters).sum();
    let (before, after) = (review.size(0).before, review.size_if_all_accepted(0));
    assert_eq!(all, after.cast_signed() - before.cast_signed());
}

#[test]
fn entries_are_ordered_by_what_they_cost() {
    let names = |tester: &Tester| -> Vec<String> {
        let text = tester.text();
        let rows = text.lines().filter(|line| line.contains("[ ] - "));
        rows.filter_map(|line| {
            line.split("- ")
                .nth(1)?
                .split(' ')
                .next()
                .map(str::to_owned)
        })
        .collect()
    };
    let written = reading((80, 60)).press("k = f f");
    let ordered = written.press("j j o o o");
    let review = ordered.review();
    let mut costs: Vec<(isize, String)> = (review.state().places())
        .filter_map(|place| {
            Some((
                review.cost(place)?.of_one(),
                review.state().entry(place)?.plan.old.to_string(),
            ))
        })
        .collect();
    costs.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
    let dearest: Vec<String> = costs.into_iter().map(|(_, name)| name).collect();
    let shown = names(&ordered);
    assert!(
        dearest.starts_with(&shown[..]) && shown.len() > 3,
        "{shown:?} {dearest:?}"
    );
    // One is on what comes first.
    let first = format!("> [ ] - {}", dearest[0]);
    assert!(ordered.text().contains(&first), "{}", ordered.text());
    // From one undecided entry to the next one goes in this order too.
    let next = ordered.press("g j r");
    assert!(
        next.text().contains(&format!("> [ ] - {}", dearest[1])),
        "{}",
        next.text()
    );
    let again = next.press("o");
    assert_eq!(again.footer(), "Entries as they are written");
}
