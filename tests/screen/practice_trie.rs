//! The trie beside the names of what is written by hand, where there is room for it.

use iam_refine::lessons::Subject;

use crate::practice::practising;
use crate::setup::{Tester, is_selected};

/// The row of the trie that is lit, which stands between two bars.
fn lit(tester: &Tester) -> String {
    let buffer = tester.buffer();
    let bars = |row: u16| -> Vec<u16> {
        let columns =
            (0..buffer.area.width).filter(|column| buffer[(*column, row)].symbol() == "\u{2502}");
        columns.collect()
    };
    let lit = (0..buffer.area.height).find_map(|row| {
        let [first, second] = bars(row)[..] else {
            return None;
        };
        let is_lit = is_selected(&buffer[(first + 1, row)]);
        is_lit.then(|| {
            let cells = (first + 1..second).map(|column| buffer[(column, row)].symbol());
            cells.collect::<String>()
        })
    });
    lit.unwrap_or_default().trim().to_owned()
}

#[test]
fn the_trie_shows_where_names_are_cut_and_decides_nothing() {
    let tester = practising(Subject::Siblings, 12, (130, 36));
    insta::assert_snapshot!("practice_trie", tester.text());
    for sign in ["\u{2713}", "\u{2717}"] {
        assert!(!tester.text().contains(sign), "{}", tester.text());
    }
    // The row is lit that the letters come to which are pointed at, or typed.
    let names = ["Down", "Down", "Down", "Down"].join(" ");
    let tester = tester.press(&names);
    assert_eq!(lit(&tester), "Recommendation\u{b7}Projected\u{b7}Metrics");
    let tester = tester.press("Left Left");
    assert_eq!(lit(&tester), "Recommendation\u{b7}Projected\u{b7}Metrics");
    let tester = tester.press("Left");
    assert_eq!(lit(&tester), "\u{b7} R\u{b7}D\u{b7}S\u{b7}Database");
    let tester = tester.press("G e t I");
    assert_eq!(lit(&tester), "Idle\u{b7}Recommendations");
    // No name begins so.
    assert_eq!(lit(&tester.press("z")), "");
}

#[test]
fn once_it_is_done_the_trie_tells_what_is_decided_at_each_prefix() {
    let tester = practising(Subject::Siblings, 12, (130, 36)).press("Esc Esc");
    insta::assert_snapshot!("practice_trie_told", tester.text());
    // The name with the trap comes first; each has the row lit that decides it.
    assert!(lit(&tester).ends_with("GetRD*"), "{}", lit(&tester));
    let tester = tester.press("g");
    assert!(lit(&tester).contains("Auto"), "{}", lit(&tester));
}

#[test]
fn without_a_walk_or_room_there_is_no_trie() {
    let narrow = practising(Subject::Siblings, 12, (80, 24));
    assert!(!narrow.text().contains("  TRIE"), "{}", narrow.text());
    let extended = practising(Subject::Extended, 12, (160, 50));
    assert!(!extended.text().contains("  TRIE"), "{}", extended.text());
}
