//! The numbers that the screen shows of each entry, compared with a decision record: whatever shows it.

use serde_json::Value;

use crate::drawn_policy::World;

/// Somebody at a screen.
pub trait Person: Sized {
    /// Presses keys, separated by spaces.
    #[must_use]
    fn press(self, keys: &str) -> Self;

    /// What is seen then.
    fn text(&self) -> String;
}

/// The cursor goes to the next entry, whose numbers are to be those of `entry`.
pub fn check<P: Person>(
    screen: P,
    entry: &Value,
    record: &Value,
    size: (u16, u16),
    world: &World,
) -> P {
    let screen = screen.press(".");
    let pattern = entry["pattern"].as_str().expect("a pattern");
    if pattern.starts_with("NotAction") {
        return screen;
    }
    let told = goes_and_stays(entry, record);
    let goes = told["goes"].as_array().expect("a list").len();
    let stays: usize = (told["stays"].as_object().expect("an object").values())
        .map(|names| names.as_array().expect("a list").len())
        .sum();
    let count = |name: &str| entry[name].as_array().map_or(0, Vec::len);
    let new = count("becomes") - count("covered");
    // Literals of one fate are one row: what is behind it are their own.
    let screen = if row(&screen).contains(" literal ") {
        screen.press("Right j")
    } else {
        screen
    };
    // Folded, an entry says how many come in its place.
    let is_open = !row(&screen).contains('→') && new > 0 && !pattern_is_literal(pattern);
    let screen = if is_open { screen.press("h") } else { screen };
    let shown = row(&screen);
    let told = || format!("{entry:#}\n{world}\n{}", screen.text());
    assert!(shown.contains(pattern), "{shown}\n{}", told());
    if new > 0 && !pattern_is_literal(pattern) {
        assert!(shown.contains(&format!("→ {new}")), "{shown}\n{}", told());
    }
    assert!(
        shown.contains(&format!("−{goes}")),
        "−{goes}: {shown}\n{}",
        told()
    );
    let reasons = if size.0 < 100 {
        let why = screen.press("3");
        let text = why.text();
        let reasons = words(text.lines().skip(2).take(15));
        let trie = why.press("2");
        let counts = counts_of_the_root(trie.text().lines().nth(3).unwrap_or_default());
        assert_eq!(counts, (stays, goes), "{}", trie.text());
        return finish(trie.press("1"), &reasons, (stays, goes), entry);
    } else {
        let text = screen.text();
        let trie = pane(&text, 1);
        let root = trie.lines().nth(1).unwrap_or_default().to_owned();
        assert_eq!(counts_of_the_root(&root), (stays, goes), "{text}");
        words(pane(&text, 2).lines())
    };
    finish(screen, &reasons, (stays, goes), entry)
}

/// The reasons say how many stay and go.
fn finish<P: Person>(screen: P, reasons: &str, (stays, goes): (usize, usize), entry: &Value) -> P {
    let verbs = |count: usize, one: &str, more: &str| {
        format!("{count} {}", if count == 1 { one } else { more })
    };
    if stays > 0 && goes > 0 {
        let sentence = format!(
            "{} and {}",
            verbs(stays, "stays", "stay"),
            verbs(goes, "goes", "go")
        );
        let is_removed = reasons.contains("is removed: other entries grant what stays");
        assert!(
            reasons.contains(&sentence) || is_removed,
            "{sentence}: {reasons}\n{entry:#}"
        );
    }
    let heading = match goes {
        1 => "THE ONE THAT GOES".to_owned(),
        count => format!("THE {count} THAT GO"),
    };
    assert!(
        reasons.contains(&heading),
        "{heading}: {reasons}\n{entry:#}"
    );
    screen
}

fn pattern_is_literal(pattern: &str) -> bool {
    !pattern.contains(['*', '?'])
}

/// The row with the cursor in the policy pane.
fn row(screen: &impl Person) -> String {
    let text = screen.text();
    let mut rows = pane(&text, 0)
        .lines()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    rows.retain(|row| row.trim_start().starts_with('>'));
    rows.first().cloned().unwrap_or_default()
}

/// A pane of those side by side; of a narrow screen all of it.
fn pane(text: &str, index: usize) -> String {
    let rows = text.lines().skip(2);
    let rows = rows.filter_map(|row| row.split('│').nth(index));
    rows.collect::<Vec<_>>().join("\n")
}

fn words<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let words = lines.flat_map(str::split_whitespace);
    words.collect::<Vec<_>>().join(" ")
}

/// The two counts at the end of a row of a trie.
fn counts_of_the_root(row: &str) -> (usize, usize) {
    let mut words = row.split_whitespace().rev();
    let mut count = || match words.next().unwrap_or_default() {
        "·" => 0,
        number => number.replace(',', "").parse().unwrap_or(usize::MAX),
    };
    let goes = count();
    (count(), goes)
}

pub fn entries(record: &Value) -> &[Value] {
    record["policies"][0]["entries"].as_array().expect("a list")
}

/// What goes and stays of an entry, told with it or with one before.
pub fn goes_and_stays<'r>(entry: &'r Value, record: &'r Value) -> &'r Value {
    let told = &entry["goesAndStaysAs"];
    if told.is_null() {
        return entry;
    }
    let mut entries = entries(record).iter();
    let same =
        |other: &&Value| other["statement"] == told["statement"] && other["entry"] == told["entry"];
    entries.find(same).expect("an entry")
}
