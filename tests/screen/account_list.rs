//! Deciding in the list of an account's policies, and looking at it in another way.

use iam_refine::account::AccountReview;
use iam_refine::tui::Settings;

use crate::account::{FINDINGS, Tester, list, of, read, read_with};

const ACCOUNT: &str = include_str!("../data/account/account.json");

impl Tester {
    /// What the rows begin with, in their order.
    fn names(&self) -> Vec<String> {
        let text = self.text();
        let rows = text.lines().skip(3);
        let rows = rows.take_while(|row| !row.starts_with('─') && !row.trim().is_empty());
        rows.map(|row| {
            row[2..]
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
    }
}

/// The account with a policy of role Reader that is as long as AWS takes.
fn with_a_long_policy() -> AccountReview {
    let actions: Vec<String> = (0..700).map(|at| format!("sqs:NoSuchAction{at}")).collect();
    let long = format!(
        r#"{{"PolicyName": "Long", "PolicyDocument": {{"Version": "2012-10-17", "Statement":
            {{"Effect": "Allow", "Resource": "*", "Action": ["s3:Get*", "{}"]}}}}}},
           {{"PolicyName": "ReadBuckets","#,
        actions.join(r#"", ""#)
    );
    let begins = r#"{
     "PolicyName": "ReadBuckets","#;
    assert!(ACCOUNT.contains(begins));
    read(&ACCOUNT.replace(begins, &long))
}

#[test]
fn a_accepts_what_goes_of_the_policy_under_the_cursor_and_u_takes_it_back() {
    let tester = list((120, 40)).press("a");
    assert_eq!(tester.footer(), "Accepted 2 changes in 1 policy");
    assert!(
        tester.row().ends_with("2 of 2: accepted"),
        "{}",
        tester.row()
    );
    let again = tester.press("a");
    let told = "Nothing is accepted. ReadBuckets of role Reader: nothing of it is undecided";
    assert_eq!(again.footer(), told);
    let tester = again.press("u");
    assert_eq!(tester.footer(), "Undid: accepted in 1 policy");
    assert!(tester.row().ends_with("to review"), "{}", tester.row());
    let tester = tester.press("u");
    assert!(
        tester
            .footer()
            .starts_with("Nothing was accepted in this list")
    );
    // What is decided in the policy itself since then is not taken back.
    let tester = list((120, 40)).press("a Enter g j r q u");
    let told = "Nothing is undone; changed since, and left as decided: ReadBuckets of role Reader";
    assert_eq!(tester.footer(), told, "{}", tester.text());
}

#[test]
fn selected_policies_are_accepted_together() {
    let tester = list((120, 40)).press("Space j Space");
    assert_eq!(
        tester.footer(),
        "2 policies are selected; a accepts what goes of them"
    );
    let text = tester.text();
    assert!(text.contains("10 policies, 2 selected"), "{text}");
    assert!(
        text.contains(" •ReadBuckets") && text.contains(" •WriteQueues"),
        "{text}"
    );
    let tester = tester.press("a");
    assert_eq!(tester.footer(), "Accepted 3 changes in 2 policies");
    assert_eq!(tester.decided().len(), 2);
    // Nothing is selected any more; Esc does that too, and a second Space for one.
    assert!(!tester.text().contains("selected"));
    let tester = list((120, 40)).press("Space Space Esc");
    assert!(!tester.text().contains("selected"));
    let tester = list((120, 40)).press("Space k Space j");
    assert!(!tester.text().contains(", 1 selected"), "{}", tester.text());
    // What is not shown any more is not selected.
    let tester = list((120, 40)).press("Space f f");
    assert!(!tester.text().contains("selected"), "{}", tester.text());
    // One that is kept cannot be selected.
    let tester = list((120, 40)).press("G Space");
    assert!(tester.footer().starts_with("Kept as it is: AWS counts 3"));
}

#[test]
fn all_that_are_listed_are_accepted_and_the_others_are_not() {
    let tester = list((120, 40)).press("A");
    assert_eq!(tester.footer(), "Accepted 5 changes in 4 policies");
    assert_eq!(tester.decided().len(), 4);
    let text = tester.text();
    assert!(text.contains("0 to review, 4 decided"), "{text}");
    let tester = tester.press("u");
    assert_eq!(tester.footer(), "Undid: accepted in 4 policies");
    assert!(tester.text().contains("4 to review"));
    let tester = list((120, 40)).press("f f f A");
    assert_eq!(tester.footer(), "Nothing is accepted");
}

#[test]
fn what_somebody_has_to_look_at_is_not_accepted_in_the_list() {
    let tester = of(with_a_long_policy(), Settings::default(), (160, 50)).press("A");
    // Both are inline policies of one role, and share its quota.
    let told = "Accepted 3 changes in 3 policies. 2 left to review (f lists them): ReadBuckets of role Reader: \
                longer than AWS takes and Long of role Reader: longer than AWS takes";
    let text = tester.text();
    let last: Vec<&str> = text.lines().rev().take(2).map(str::trim).collect();
    assert_eq!(format!("{} {}", last[1], last[0]), told);
    let long = text.lines().find(|line| line.contains(" Long ")).unwrap();
    assert!(long.contains("to review"), "{long}");
    let used = FINDINGS[0].replace(
        r#""action": "GetBucketLocation""#,
        r#""action": "GetBucketLocation", "lastAccessed": "2020-01-02T03:04:05Z""#,
    );
    let account = read_with(ACCOUNT, &[&used, FINDINGS[1], FINDINGS[2]]);
    let tester = of(account, Settings::default(), (160, 50)).press("a");
    let footer = tester.footer();
    assert!(
        footer.starts_with("Nothing is accepted. 1 left to review (f lists them): ReadBuckets of role Reader: used before "),
        "{footer}"
    );
    assert!(tester.decided().is_empty());
}

#[test]
fn the_list_is_ordered_and_the_cursor_stays_on_its_policy() {
    let tester = list((120, 40)).press("j j");
    let current = tester.row();
    assert!(current.contains("WriteQueues"), "{current}");
    let mut seen = vec![tester.names()];
    let mut tester = tester;
    for told in [
        "Ordered: most far-reaching unused access first",
        "Ordered: longest first",
        "Ordered: by name",
        "Ordered: to review first, then decided",
        "Ordered: most unused first",
    ] {
        tester = tester.press("o");
        assert_eq!(tester.footer(), told);
        assert_eq!(tester.row(), current);
        seen.push(tester.names());
    }
    // sqs:SetQueueAttributes manages permissions; of ReadBuckets most only reads.
    assert_eq!(
        seen[1][..3],
        ["WriteQueues", "Shared", "Topics"],
        "{seen:?}"
    );
    assert_eq!(seen[2][..3], ["Grown", "ReadBuckets", "Shared"], "{seen:?}");
    let mut by_name = seen[0].clone();
    by_name.sort_by_key(|name| name.to_lowercase());
    assert_eq!(seen[3], by_name);
    assert_eq!(seen[5], seen[0]);
    // What is decided goes behind what is to review.
    let tester = list((120, 40)).press("a o o o o");
    assert_eq!(tester.names()[3], "ReadBuckets", "{:?}", tester.names());
}

#[test]
fn the_diff_of_a_policy_is_shown_from_the_list() {
    let tester = list((120, 40)).press("d");
    let text = tester.text();
    assert!(
        text.contains("if all that is undecided were accepted: nothing is so far"),
        "{text}"
    );
    assert!(text.contains("-        \"Action\": ["), "{text}");
    assert!(tester.decided().is_empty());
    let tester = tester.press("G d");
    assert!(tester.text().contains("> ReadBuckets"), "{}", tester.text());
    let tester = tester.press("a d");
    assert!(
        tester
            .text()
            .contains("ReadBuckets of role Reader, as decided")
    );
    let tester = tester.press("Esc j d Esc q");
    assert!(tester.footer().contains("1 decision") || tester.footer().contains("2 decisions"));
    let tester = list((120, 40)).press("G d");
    assert!(tester.footer().starts_with("Kept as it is: AWS counts 3"));
}

#[test]
fn one_without_a_finding_is_told_how_to_ask_for_it() {
    let tester = list((160, 50)).press("/ S i l e n t Enter");
    let text = tester.text();
    let asked = "aws accessanalyzer list-findings-v2 --analyzer-arn ANALYZER_ARN --filter \
                 '{\"resource\":{\"eq\":[\"arn:aws:iam::123456789012:role/Silent\"]}}'";
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(asked), "{text}");
}
