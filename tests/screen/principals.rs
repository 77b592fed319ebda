//! A review of the policies of several principals, as sources have: it opens on the list of them.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::policies::SourceBlock;
use iam_refine::review::{Review, ReviewInput};
use iam_refine::tui::Settings;

use crate::setup::{ARTICLE, Tester, review};

/// The article's example for each of these roles, in blocks of a file.
fn of_roles(roles: &[&str]) -> Tester {
    let article = review(
        &vec![ARTICLE.0; roles.len()],
        ARTICLE.1,
        Catalogue::s3_of_june_2024(),
    );
    let mut input = ReviewInput::clone(article.input());
    for (policy, role) in input.policies.iter_mut().zip(roles) {
        policy.loaded.origin.block = Some(Arc::new(SourceBlock {
            address: format!("aws_iam_role_policy.{role}"),
            line: 7,
            makes: vec![format!("aws_iam_role_policy.{role}")],
            is_part: false,
            made: Arc::new([]),
            holders: vec![format!("role {role}")],
            findings: Vec::new(),
            claims: Vec::new(),
            as_in_states: Vec::new(),
            notes: Vec::new(),
        }));
    }
    Tester::new(Review::new(input), Settings::default(), (160, 30))
}

/// The rows of the policy pane.
fn rows(tester: &Tester) -> Vec<String> {
    let text = tester.text();
    let rows = text.lines().skip(3).map(|line| {
        let pane = line.split('│').next().unwrap_or_default();
        pane.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    rows.take_while(|row| !row.is_empty()).collect()
}

#[test]
fn one_row_tells_of_each_what_goes_and_what_is_decided() {
    let list = of_roles(&["Billing", "Search"]);
    let open = [
        "> [ ] role Billing −30 actions 0 of 9 decided policy.json:7",
        "[ ] role Search −30 actions 0 of 9 decided policy.json:7",
    ];
    assert_eq!(rows(&list), open);
    let accepted = list.press("a");
    let next = [
        "[x] role Billing −30 actions 9 of 9 decided policy.json:7",
        "> [ ] role Search −30 actions 0 of 9 decided policy.json:7",
    ];
    assert_eq!(rows(&accepted), next);
    // Of what is rejected nothing goes.
    let rejected = accepted.press("r");
    assert_eq!(
        rows(&rejected)[1].trim_start_matches("> "),
        "[-] role Search 9 of 9 rejected policy.json:7"
    );
    let accepted = rejected.press("u");
    // Undone, one sees what: its policy is open.
    assert!(rows(&accepted.press("u")).len() > 10);
}

#[test]
fn one_is_opened_where_it_stands() {
    let opened = of_roles(&["Billing", "Search"]).press("j Enter");
    let rows = rows(&opened);
    assert_eq!(rows[2], "#1 Allow on function:my-lambda");
    assert!(rows.len() > 10, "{rows:?}");
    // Of one of its entries, so that not all is decided alike.
    let mixed = opened.press("j j r");
    assert!(
        self::rows(&mixed)[1].starts_with("[~] role Search"),
        "{}",
        mixed.text()
    );
}

#[test]
fn the_policies_of_one_principal_are_open() {
    let tester = of_roles(&["Billing", "Billing"]);
    assert!(rows(&tester).len() > 10, "{}", tester.text());
}

#[test]
fn a_search_finds_whose_it_is() {
    let found = of_roles(&["Billing", "Search"]).press("/ r o l e Space s e a Enter");
    assert!(
        rows(&found)[1].starts_with("> [ ] role Search"),
        "{}",
        found.text()
    );
}
