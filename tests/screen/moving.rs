//! Moving and folding, by keys and by the mouse.

use iam_refine::lessons::Stage;
use iam_refine::tui::Context;
use ratatui::crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::setup::{Tester, article, begun};

fn pressed(keys: &str) -> Tester {
    article((120, 20)).press(keys)
}

fn mouse(kind: MouseEventKind, (column, row): (u16, u16)) -> Event {
    Event::Mouse(MouseEvent {
        kind,
        column,
        row,
        modifiers: KeyModifiers::NONE,
    })
}

/// How many rows of the trie are seen.
fn trie_rows(tester: &Tester) -> usize {
    let text = tester.text();
    let panes = text.lines().filter_map(|line| line.split('│').nth(1));
    panes.filter(|row| row.contains(['✓', '!', '✗'])).count()
}

#[test]
fn a_page_keeps_the_last_row_of_the_one_before_in_sight() {
    // A page is what stands between the titles, in the third line, and the legend.
    let top = pressed(". 2 =");
    let page = top.text().lines().position(|line| line.contains("safe  !"));
    let page = page.expect("a legend") - 3;
    let down = "j ".repeat(page - 1);
    assert_eq!(
        pressed(". 2 = PgDn").row_in(1),
        pressed(&format!(". 2 = {down}")).row_in(1)
    );
    assert_eq!(pressed(". 2 = PgDn PgUp").row_in(1), top.row_in(1));
}

#[test]
fn tab_and_numbers_go_through_the_panes() {
    let panes = [Context::Policy, Context::Trie, Context::Why, Context::Diff];
    let mut tester = pressed(".");
    for pane in panes.into_iter().cycle().skip(1).take(4) {
        tester = tester.press("Tab");
        assert_eq!(tester.app.context(), pane);
    }
    for (number, pane) in (1..).zip(panes) {
        assert_eq!(pressed(&number.to_string()).app.context(), pane);
    }
}

#[test]
fn one_goes_from_entry_to_entry_past_what_is_written_for_each() {
    let entries = || begun(5, Stage::Task, (120, 40)).press("1 g");
    let named = |tester: &Tester| tester.row_in(0);
    let first = entries().press("J");
    assert!(named(&first).contains("s3:Delete* "), "{}", first.text());
    let line = first.press("j j");
    assert!(named(&line).contains("+ "), "{}", line.text());
    // From a line of an entry back to that; on to the next, past one of which nothing is proposed.
    let back = line.press("K");
    assert!(named(&back).contains("s3:Delete* "), "{}", back.text());
    let next = back.press("J");
    assert!(named(&next).contains("s3:*Website"), "{}", next.text());
    assert_eq!(next.press("J").footer(), "No entry is further down");
    assert_eq!(entries().press("K").footer(), "No entry is further up");
    // A folded policy is decided as a whole.
    let folded = entries().press("Left J");
    assert!(named(&folded).contains("s3:*Website"), "{}", folded.text());
    let folded = folded.press("K");
    assert!(named(&folded).contains("policy.json"), "{}", folded.text());
}

#[test]
fn no_more_is_scrolled_than_the_cursor_needs() {
    let root = "! Get unsafe";
    let tester = pressed(". 2 =");
    assert!(tester.text().contains(root), "{}", tester.text());
    let tester = tester.press("j j j");
    assert!(tester.text().contains(root), "{}", tester.text());
    let tester = tester.press("G k k k");
    let text = tester.text();
    assert!(!text.contains(root), "{text}");
    assert!(
        text.contains("Storage"),
        "the last row is seen still: {text}"
    );
}

#[test]
fn the_wheel_scrolls_the_pane_that_it_is_over() {
    let over = |at| {
        let mut tester = pressed(". 2");
        tester.event(&mouse(MouseEventKind::ScrollDown, at));
        tester
    };
    assert_eq!(over((60, 8)).row_in(1), pressed(". 2 j j j").row_in(1));
    let policy = over((5, 8));
    assert_eq!(policy.app.context(), Context::Policy);
    assert_eq!(policy.row_in(0), pressed(". j j j").row_in(0));
    let mut back = policy;
    back.event(&mouse(MouseEventKind::ScrollUp, (5, 8)));
    assert_eq!(back.row_in(0), pressed(".").row_in(0));
    assert_eq!(over((110, 8)).app.context(), Context::Why);
}

#[test]
fn a_click_goes_to_the_pane_and_the_row_that_it_is_on() {
    let mut tester = pressed(".");
    let line = |tester: &Tester, words: &str| {
        let text = tester.text();
        let line = text.lines().position(|line| line.contains(words));
        u16::try_from(line.expect("it is there")).expect("a row")
    };
    let row = line(&tester, "✓ DataAccess");
    tester.event(&mouse(MouseEventKind::Down(MouseButton::Left), (60, row)));
    assert_eq!(tester.app.context(), Context::Trie);
    assert!(tester.row_in(1).contains("DataAccess"), "{}", tester.text());
    tester.event(&mouse(MouseEventKind::Down(MouseButton::Left), (110, 8)));
    assert_eq!(tester.app.context(), Context::Why);
}

#[test]
fn enter_unfolds_and_folds_and_all_is_unfolded_at_once() {
    // The second row below the root is a safe prefix with several actions.
    let folded = pressed(". 2 j");
    assert!(folded.row_in(1).contains("Access*"), "{}", folded.text());
    let few = trie_rows(&folded);
    let unfolded = folded.press("Enter");
    assert!(trie_rows(&unfolded) > few, "{}", unfolded.text());
    assert_eq!(trie_rows(&unfolded.press("Enter")), few);
    let tall = |keys: &str| trie_rows(&article((120, 120)).press(". 2").press(keys));
    assert!(tall("=") > 58, "each of the 58 actions has a row");
    assert_eq!(tall("= -"), tall(""));
}

#[test]
fn the_root_of_a_trie_stays_open() {
    let rows = trie_rows(&pressed(". 2"));
    assert!(rows > 1);
    for keys in ["-", "Enter 2", "h 2"] {
        let tester = pressed(". 2").press(keys);
        assert!(trie_rows(&tester) > 1, "{keys}: {}", tester.text());
    }
    // There is nothing above it but the policy.
    assert_eq!(pressed(". 2 h").app.context(), Context::Policy);
}

#[test]
fn the_reasons_of_another_row_are_read_from_their_begin() {
    let tester = article((80, 14)).press(". 3 G");
    let begin = "It becomes 7 entries";
    assert!(!tester.text().contains(begin), "{}", tester.text());
    let other = tester.press("1 j 3");
    let text = other.text();
    assert!(text.contains("A shortest safe prefix"), "{text}");
    let text = other.press("1 k 3").text();
    assert!(text.contains(begin), "{text}");
}

/// A click of the left button.
fn click(tester: &mut Tester, column: usize, row: usize) {
    let cells = |count: usize| u16::try_from(count).expect("a small number");
    tester.event(&Event::Mouse(MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: cells(column),
        row: cells(row),
        modifiers: KeyModifiers::NONE,
    }));
}

/// The column, in cells, at which `text` begins in a line of the screen.
fn column_of(tester: &Tester, row: usize, text: &str) -> usize {
    let screen = tester.text();
    let line = screen.lines().nth(row).unwrap_or_default();
    let at = line
        .find(text)
        .unwrap_or_else(|| panic!("no {text:?} in {line:?}"));
    line[..at].chars().count()
}

#[test]
fn a_click_goes_to_a_tab_folds_at_a_triangle_and_does_what_a_word_of_the_footer_says() {
    let mut tester = article((80, 24)).press(".");
    let tab = column_of(&tester, 0, "2 Trie");
    click(&mut tester, tab, 0);
    assert_eq!(tester.app.context(), Context::Trie);
    let rows = |tester: &Tester| {
        tester
            .text()
            .lines()
            .filter(|line| line.contains('▾'))
            .count()
    };
    let open = rows(&tester);
    let screen = tester.text();
    let row = screen.lines().position(|line| line.contains("▸ ✓ Access"));
    let row = row.unwrap_or_else(|| panic!("{screen}"));
    let triangle = column_of(&tester, row, "▸");
    click(&mut tester, triangle, row);
    assert_eq!(rows(&tester), open + 1, "{}", tester.text());
    click(&mut tester, triangle, row);
    assert_eq!(rows(&tester), open, "{}", tester.text());
    let word = column_of(&tester, 23, "diff");
    click(&mut tester, word, 23);
    assert_eq!(tester.app.context(), Context::Diff);
}

#[test]
fn a_search_goes_round_and_finds_lines_of_the_diff_and_of_the_reasons() {
    let found = article((80, 24)).press("/ o b j e c t Enter");
    let first = found.text();
    let mut round = found;
    for _ in 0..7 {
        round = round.press("n");
    }
    assert!(
        round.footer().ends_with(", from the top again"),
        "{}",
        round.footer()
    );
    assert_eq!(round.text().lines().count(), first.lines().count());
    let in_diff = article((80, 24)).press("A d / g e t o b j Enter");
    assert_eq!(in_diff.app.context(), Context::Diff);
    assert!(
        in_diff.text().contains("s3:GetObject*"),
        "{}",
        in_diff.text()
    );
    let nowhere = in_diff.press("/ q q q");
    assert!(nowhere.footer().contains("nowhere"), "{}", nowhere.footer());
    let in_reasons = article((80, 24)).press(". 3 / r e s o u r c e Enter");
    assert!(
        in_reasons.text().contains("\"Resource\": \"*\""),
        "{}",
        in_reasons.text()
    );
}
