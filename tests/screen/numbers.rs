//! The numbers on the screen are those of the decision record, which `refine --format json` prints: of
//! random policies, at the usual size and on a wide screen.

use std::fmt::Write as _;
use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::review::{Accept, DecidedWith, DecisionRecord, Decisions, Review};
use iam_refine::text::Source;
use iam_refine::tui::Settings;
use serde_json::Value;

use crate::setup::{Tester, review};

/// How many policies are drawn.
const POLICIES: u64 = 200;

#[test]
fn numbers_are_those_of_the_record() {
    for seed in 0..POLICIES {
        let world = World::drawn(seed);
        let record = record(&world.review());
        for size in [(80, 24), (160, 50)] {
            let mut screen = Tester::new(world.review(), Settings::default(), size).press("g");
            for entry in entries(&record) {
                screen = check(screen, entry, &record, size, &world);
            }
        }
    }
}

#[test]
fn what_is_gone_is_what_the_record_says_is_accepted_and_not_excepted() {
    for seed in 0..POLICIES {
        let world = World::drawn(seed);
        let record = record(&world.review());
        let accepted = Tester::new(world.review(), Settings::default(), (160, 50));
        let accepted = accepted.press("A Enter");
        let excepted = names(&record["policies"][0]["exceptions"]);
        let all = entries(&record).iter().flat_map(|entry| {
            let is_accepted = entry["decision"] == "accepted";
            if is_accepted {
                names(goes_and_stays(entry, &record)["goes"].clone())
            } else {
                Vec::new()
            }
        });
        let mut gone: Vec<String> = all.filter(|name| !excepted.contains(name)).collect();
        gone.sort();
        gone.dedup();
        let text = accepted.text();
        let actions = if gone.len() == 1 { "action" } else { "actions" };
        let shown = [
            format!(" {} unused {actions} gone", gone.len()),
            format!(" {} gone", gone.len()),
        ];
        assert!(
            shown.iter().any(|shown| text.contains(shown.as_str())),
            "{} gone\n{world}\n{text}",
            gone.len()
        );
    }
}

#[test]
fn what_a_not_action_grants_again_has_no_tick() {
    let policy = r#"{"Statement": [
        {"Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject"], "Resource": "*"},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::reports/*"}
    ]}"#;
    let findings = r#"[{"serviceNamespace": "s3", "actions": ["GetObject", "PutObject"]}]"#;
    for size in [(80, 24), (160, 50)] {
        let review = review(&[policy], findings, Catalogue::built_in());
        let undecided = Tester::new(review, Settings::default(), size);
        assert!(
            undecided.text().contains("2 undecided"),
            "{}",
            undecided.text()
        );
        let accepted = undecided.press("A");
        let text = accepted.text();
        assert!(text.contains("! 0 gone: #2 still grants all 2"), "{text}");
        assert!(!text.contains("undecided,"), "{text}");
        let mut screen = accepted;
        for key in ["g", "j", "j", "j", "3"] {
            screen = screen.press(key);
            let text = screen.text();
            assert!(!text.contains("✓ not by"), "{text}");
            assert!(!text.contains("✓ 0"), "{text}");
        }
    }
}

/// The cursor goes to the next entry, whose numbers are to be those of `entry`.
fn check(screen: Tester, entry: &Value, record: &Value, size: (u16, u16), world: &World) -> Tester {
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
fn finish(screen: Tester, reasons: &str, (stays, goes): (usize, usize), entry: &Value) -> Tester {
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
fn row(screen: &Tester) -> String {
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

/// All that `refine --format json` would print of a review with everything accepted.
fn record(review: &Review) -> Value {
    let mut accepted = Review::new((**review.input()).clone());
    accepted.accept_all(Accept::Entries);
    let decided = Decisions {
        by: None,
        with: DecidedWith::Refine,
        at: "2026-11-29T00:00:00Z".parse().expect("a time"),
    };
    let record = DecisionRecord::of(&accepted, decided, None);
    serde_json::to_value(record).expect("a record")
}

fn entries(record: &Value) -> &[Value] {
    record["policies"][0]["entries"].as_array().expect("a list")
}

/// What goes and stays of an entry, told with it or with one before.
fn goes_and_stays<'r>(entry: &'r Value, record: &'r Value) -> &'r Value {
    let told = &entry["goesAndStaysAs"];
    if told.is_null() {
        return entry;
    }
    let mut entries = entries(record).iter();
    let same =
        |other: &&Value| other["statement"] == told["statement"] && other["entry"] == told["entry"];
    entries.find(same).expect("an entry")
}

fn names(list: impl std::borrow::Borrow<Value>) -> Vec<String> {
    let list = list.borrow().as_array().cloned().unwrap_or_default();
    let names = list.iter().filter_map(|action| action["action"].as_str());
    names.map(str::to_owned).collect()
}

/// A policy, what is unused of it, and the actions there are.
struct World {
    policy: String,
    findings: String,
    catalogue: String,
}

impl std::fmt::Display for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{}\n{}", self.policy, self.findings, self.catalogue)
    }
}

const SERVICES: [&str; 3] = ["s3", "ec2", "sqs"];
const VERBS: [&str; 5] = ["Get", "List", "Put", "Delete", "Describe"];
const NOUNS: [&str; 7] = [
    "Object",
    "ObjectAcl",
    "Bucket",
    "Service",
    "Services",
    "Tag",
    "TagSet",
];

impl World {
    fn drawn(seed: u64) -> Self {
        let mut random = Random(seed.wrapping_mul(2_654_435_769).wrapping_add(88_172_645));
        let all = || {
            SERVICES.iter().flat_map(|service| {
                let names = VERBS
                    .iter()
                    .flat_map(|verb| NOUNS.iter().map(move |noun| (verb, noun)));
                names.map(move |(verb, noun)| (*service, format!("{verb}{noun}")))
            })
        };
        let mut catalogue = String::new();
        let mut unused = [const { Vec::new() }; SERVICES.len()];
        for (service, name) in all() {
            let _ = writeln!(catalogue, "{service}:{name}");
            if random.below(4) == 0 {
                let at = SERVICES.iter().position(|other| *other == service);
                unused[at.unwrap_or(0)].push(name);
            }
        }
        let findings: Vec<Value> = SERVICES
            .iter()
            .zip(unused)
            .map(|(service, actions)| {
                serde_json::json!({"serviceNamespace": service, "actions": actions})
            })
            .collect();
        let statements: Vec<Value> = (0..=random.below(4)).map(|_| random.statement()).collect();
        World {
            policy: serde_json::json!({"Version": "2012-10-17", "Statement": statements})
                .to_string(),
            findings: Value::from(findings).to_string(),
            catalogue,
        }
    }

    fn review(&self) -> Review {
        let file = Source::from_text("actions.txt", &self.catalogue);
        let catalogue = Arc::new(Catalogue::parse(&file).expect("a catalogue"));
        review(&[&self.policy], &self.findings, catalogue)
    }
}

/// Numbers that look random and are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap_or(1)).unwrap_or(0)
    }

    fn statement(&mut self) -> Value {
        let entries: Vec<String> = (0..=self.below(5)).map(|_| self.entry()).collect();
        let (effect, actions) = match self.below(12) {
            0 => ("Deny", "Action"),
            1 => ("Allow", "NotAction"),
            _ => ("Allow", "Action"),
        };
        serde_json::json!({"Effect": effect, actions: entries, "Resource": "*"})
    }

    fn entry(&mut self) -> String {
        let service = SERVICES[self.below(SERVICES.len())];
        let verb = VERBS[self.below(VERBS.len())];
        let noun = NOUNS[self.below(NOUNS.len())];
        match self.below(9) {
            0 => format!("{service}:*"),
            1 => format!("{service}:*{noun}"),
            2 => format!("{service}:{verb}{}*", &noun[..1]),
            3 | 4 => format!("{service}:{verb}{noun}"),
            _ => format!("{service}:{verb}*"),
        }
    }
}
