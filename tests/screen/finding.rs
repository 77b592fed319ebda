//! Searching and filtering.

use iam_refine::tui::Context;
use ratatui::crossterm::event::Event;

use crate::setup::{Tester, article};

fn pressed(keys: &str) -> Tester {
    article((120, 30)).press(keys)
}

/// The row of the policy that the cursor is on.
fn policy_row(tester: &Tester) -> String {
    tester.row_in(0)
}

/// The row of the trie that the cursor is on.
fn trie_row(tester: &Tester) -> String {
    tester.row_in(1)
}

#[test]
fn the_filter_is_called_the_same_in_the_pane_and_in_the_status() {
    let tester = pressed("f f f");
    assert!(
        tester.text().contains("1 POLICY unsafe"),
        "{}",
        tester.text()
    );
    let told = "Shows the entries that are unsafe: something is proposed for them";
    assert_eq!(tester.footer(), told);
}

#[test]
fn typing_goes_to_where_the_text_is_found() {
    let typing = pressed("/ o b j e c t");
    assert_eq!(typing.app.context(), Context::Search);
    insta::assert_snapshot!(typing.text());
    assert!(
        policy_row(&typing).starts_with("> + s3:GetObject*"),
        "{}",
        typing.text()
    );
    let further = typing.press("Enter n");
    assert!(
        trie_row(&further).starts_with("> ✓ Configur"),
        "{}",
        further.text()
    );
    assert_eq!(further.footer(), "object: 2 of 7");
    let last = further.press("n n n n n");
    assert_eq!(last.footer(), "object: 7 of 7");
    assert_eq!(
        last.press("n").footer(),
        "object: 1 of 7, from the top again"
    );
}

#[test]
fn typing_looks_from_the_cursor_on() {
    let last = pressed("G / s 3 :");
    assert!(policy_row(&last).contains("s3:List*"), "{}", last.text());
    // What is found above alone is gone to all the same.
    let above = pressed("G / i n v o k e");
    assert!(
        policy_row(&above).contains("lambda:Invoke*"),
        "{}",
        above.text()
    );
}

#[test]
fn what_is_given_up_leaves_the_cursor_of_the_trie_where_it_was() {
    for keys in ["", "j", "j j j j j j", "G", "G k"] {
        let before = pressed(". 2").press(keys);
        let (row, text) = (trie_row(&before), before.text());
        let after = before.press("/ x Esc");
        assert_eq!((trie_row(&after), after.text()), (row, text));
        let after = after.press("/ c o n f i g Esc");
        assert_eq!(trie_row(&after), trie_row(&pressed(". 2").press(keys)));
    }
}

#[test]
fn what_is_folded_is_unfolded_where_it_is_found() {
    // Among the literals, and among the children that share a row.
    let literal = pressed("/ c r e a t e Enter");
    assert!(
        policy_row(&literal).starts_with("> [ ] - lambda:CreateF"),
        "{}",
        literal.text()
    );
    let gathered = pressed("/ m e t r i c s Enter");
    assert!(
        trie_row(&gathered).starts_with("> ✗ MetricsConfigurat"),
        "{}",
        gathered.text()
    );
}

#[test]
fn a_service_and_the_start_of_a_name_are_found_together() {
    let found = pressed("/ S 3 : g e t b u c k e t t Enter");
    assert!(
        trie_row(&found).starts_with("> ✗ Tagging unused"),
        "{}",
        found.text()
    );
    assert_eq!(pressed("/ s 4 : g Enter").footer(), "s4:g is nowhere");
}

#[test]
fn n_and_capital_n_go_through_all_and_round() {
    let tester = pressed("g / i n v o k e Enter");
    assert!(
        policy_row(&tester).contains("lambda:Invoke*"),
        "{}",
        tester.text()
    );
    let tester = pressed("G / i n v o k e Enter N");
    assert_eq!(tester.footer(), "invoke: 1 of 1, from the end again");
    assert_eq!(
        pressed("/ b u c k e t Enter G N N").footer(),
        "bucket: 1 of 1, from the end again"
    );
}

#[test]
fn escape_goes_back_and_forgets() {
    let before = pressed(". j");
    let back = pressed(". j / o b j e c t Esc");
    assert_eq!(back.text(), before.text());
    assert_eq!(back.press("n").app.context(), Context::Policy);
    let cleared = pressed("/ o b j Enter Esc n");
    assert_eq!(
        cleared.footer(),
        "Nothing is searched for: / asks for a text"
    );
}

#[test]
fn a_paste_is_typed_and_no_letter_of_it_decides() {
    let untouched = pressed("").written();
    let mut tester = pressed("/");
    tester.event(&Event::Paste("GetObject\nA".to_owned()));
    assert!(
        tester.footer().starts_with("Search: GetObject_"),
        "{}",
        tester.footer()
    );
    // Terminals end a line in another way too, and what commands one is no letter.
    let mut odd = pressed("/");
    odd.event(&Event::Paste("s3:\tGet\u{1b}[31m\rA".to_owned()));
    let footer = odd.footer();
    assert!(footer.starts_with("Search: s3: Get [31m_"), "{footer}");
    assert_eq!(tester.written(), untouched);
    let mut closed = pressed("");
    closed.event(&Event::Paste("A".to_owned()));
    assert_eq!(closed.written(), untouched);
    assert!(
        closed
            .footer()
            .starts_with("What is pasted is taken for text alone")
    );
}

#[test]
fn a_filter_leaves_out_the_other_entries() {
    insta::assert_snapshot!(pressed(". a g f").text());
    assert_eq!(
        pressed(". a f").footer(),
        "Shows the entries that would be written differently now"
    );
    let undecided = pressed(". a f f");
    assert!(
        !undecided.text().contains("s3:Get*  "),
        "{}",
        undecided.text()
    );
    let proposed = pressed(". a f f f").text();
    assert!(
        proposed.contains("s3:Get*") && !proposed.contains("s3:List*"),
        "{proposed}"
    );
    assert_eq!(pressed("f f f f").footer(), "Shows all entries");
}

#[test]
fn an_empty_filter_says_so_and_decides_nothing() {
    let nothing = pressed("f");
    assert!(
        nothing.text().contains("None is changed; f shows others"),
        "{}",
        nothing.text()
    );
    assert_eq!(
        nothing.press("a Space A u v Enter l h 2 s").written(),
        pressed("").written()
    );
    // Undoing shows what it changed, whatever is left out.
    assert!(pressed("f A u").text().contains("1 POLICY 0 of"));
}

#[test]
fn deciding_what_is_undecided_goes_on_to_the_next() {
    let tester = pressed("f f l j a");
    assert!(
        !tester.text().contains("lambda:AddPermission"),
        "{}",
        tester.text()
    );
    assert!(policy_row(&tester).contains("[ ]"), "{}", tester.text());
    let all = tester.press("a a a a a a a a a a");
    assert!(all.text().contains("None is undecided"), "{}", all.text());
}

#[test]
fn the_preview_is_searched_too() {
    let at = |keys: &str| article((80, 24)).press("A w").press(keys);
    let typing = at("/ g e t j o b");
    assert!(
        typing.text().contains("s3:GetJobTagging"),
        "{}",
        typing.text()
    );
    assert_eq!(
        typing.footer(),
        "Search: getjob_  1 of 1  Enter stay here  Esc back"
    );
    let found = typing.press("Enter");
    assert_eq!(found.app.context(), Context::Write);
    assert_eq!(
        found.press("n").footer(),
        "getjob: 1 of 1, from the top again"
    );
    // Given up, one is where one was.
    assert_eq!(at("/ g e t j o b Esc").text(), at("").text());
    let nowhere = at("/ q q Enter");
    assert_eq!(nowhere.footer(), "qq is nowhere");
    assert_eq!(nowhere.app.context(), Context::Write);
}
