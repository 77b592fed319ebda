//! A long policy in pieces: which statement is where, what the text looks like, and what is not cut.

use iam_refine::document::Document;
use iam_refine::iam::quota::size;
use iam_refine::proof::prove_pieces;
use iam_refine::text::{Source, unified_diff};
use proptest::prelude::*;

fn document(text: &str) -> Document {
    Document::parse(Source::from_bytes("policy.json", text.as_bytes()).unwrap()).unwrap()
}

/// The pieces of at most `most` characters, proved.
fn split(text: &str, most: usize) -> Vec<String> {
    let whole = document(text);
    let pieces = whole.split(most).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(prove_pieces(&whole, &pieces, most), []);
    pieces
}

fn refusal(text: &str, most: usize) -> (Option<usize>, String) {
    let why = document(text).split(most).unwrap_err();
    (why.statement, why.to_string())
}

/// `{"Statement": […]}` of `Allow` statements with these entries.
fn policy(statements: &[&[&str]]) -> String {
    let statement = |entries: &&[&str]| {
        let entries = entries.join("\",\"");
        format!("{{\"Effect\":\"Allow\",\"Action\":[\"{entries}\"],\"Resource\":\"*\"}}")
    };
    let statements: Vec<String> = statements.iter().map(statement).collect();
    format!("{{\"Statement\":[{}]}}", statements.join(","))
}

/// The entries of each statement of each piece, but for what `policy` puts around them.
fn entries(pieces: &[String]) -> Vec<String> {
    let of_piece = |piece: &String| {
        let document = document(piece);
        let statements = document.policy().statements.iter();
        let of_statement = statements.map(|statement| {
            let entries = statement.actions.entries().iter();
            entries
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        });
        of_statement.collect::<Vec<_>>().join(" | ")
    };
    pieces.iter().map(of_piece).collect()
}

#[test]
fn what_is_short_enough_stays_as_it_is() {
    let text = policy(&[&["s3:Get*"]]);
    assert_eq!(split(&text, size(&text)), [text]);
}

#[test]
fn a_new_piece_begins_when_the_next_whole_statement_does_not_fit() {
    let text = policy(&[&["s3:A*"], &["s3:B*"], &["s3:C*"]]);
    let of_two = size(&policy(&[&["s3:A*"], &["s3:B*"]]));
    assert_eq!(entries(&split(&text, of_two)), ["s3:A* | s3:B*", "s3:C*"]);
    assert_eq!(
        entries(&split(&text, of_two - 1)),
        ["s3:A*", "s3:B*", "s3:C*"]
    );
}

#[test]
fn a_long_statement_is_cut_and_the_next_ones_follow_its_last_part() {
    let text = policy(&[&["s3:A*"], &["s3:B*", "s3:C*", "s3:D*"], &["s3:E*"]]);
    let most = size(&policy(&[&["s3:B*", "s3:C*"]]));
    assert_eq!(
        entries(&split(&text, most)),
        ["s3:A*", "s3:B* s3:C*", "s3:D*", "s3:E*"]
    );
    let most = size(&policy(&[&["s3:B*"], &["s3:C*"]])) - 1;
    let long = policy(&[&[
        "s3:A*", "s3:B*", "s3:C*", "s3:D*", "s3:E*", "s3:F*", "s3:G*", "s3:H*",
    ]]);
    assert!(size(&long) > most);
    let text = long.replace(
        "]}",
        ",{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}",
    );
    let pieces = split(&text, most);
    assert_eq!(
        entries(&pieces).last().map(String::as_str),
        Some("s3:H* | *")
    );
}

#[test]
fn a_cut_is_where_the_service_changes_if_that_takes_no_piece_more() {
    let most = size(&policy(&[&["s3:A*", "s3:B*", "s3:C*"]]));
    let pieces = |list: &[&str]| entries(&split(&policy(&[list]), most));
    assert_eq!(
        pieces(&["s3:A*", "s3:B*", "s4:A*", "s4:B*"]),
        ["s3:A* s3:B*", "s4:A* s4:B*"]
    );
    assert_eq!(
        pieces(&["s3:A*", "s4:A*", "s4:B*", "s4:C*"]),
        ["s3:A*", "s4:A* s4:B* s4:C*"]
    );
    // To keep the second service together would take a third piece.
    assert_eq!(
        pieces(&["s3:A*", "s4:A*", "s4:B*", "s4:C*", "s5:A*"]),
        ["s3:A* s4:A* s4:B*", "s4:C* s5:A*"]
    );
    // The second service fits in no piece, so that nothing is won by keeping it together.
    assert_eq!(
        pieces(&["s3:A*", "s4:A*", "s4:B*", "s4:C*", "s4:D*"]),
        ["s3:A* s4:A* s4:B*", "s4:C* s4:D*"]
    );
}

#[test]
fn all_that_stands_beside_the_entries_is_in_each_piece_and_the_layout_stays() {
    let text = "\u{feff}{\r\n  \"Version\": \"2012-10-17\",\r\n  \"Id\": \"i\",\r\n  \"Statement\": [\r\n    \
        {\r\n      \"Sid\": \"A\",\r\n      \"Effect\": \"Deny\",\r\n      \"Action\": [\r\n        \
        \"s3:Get*\",\r\n        \"s3:Put*\"\r\n      ],\r\n      \"Resource\": \"*\"\r\n    },\r\n    \
        {\r\n      \"Effect\": \"Allow\",\r\n      \"NotAction\": \"s3:*\",\r\n      \"Resource\": \"*\"\r\n    \
        }\r\n  ]\r\n}\r\n";
    let pieces = split(text, 115);
    let diffs: Vec<String> = (pieces.iter())
        .map(|piece| {
            assert!(piece.starts_with('\u{feff}') && piece.ends_with("}\r\n"));
            unified_diff("whole", text, "piece", piece)
        })
        .collect();
    insta::assert_snapshot!(diffs.join("\n").replace('\r', ""));
    let minified = policy(&[&["s3:A*", "s3:B*"], &["s3:C*"]]);
    let pieces = split(&minified, size(&policy(&[&["s3:A*"]])));
    assert_eq!(
        pieces,
        [
            policy(&[&["s3:A*"]]),
            policy(&[&["s3:B*"]]),
            policy(&[&["s3:C*"]])
        ]
    );
}

#[test]
fn what_cannot_be_cut_is_refused_with_the_reason() {
    let long = "a".repeat(300);
    let statement = |rest: &str| {
        format!(
            "{{\"Statement\": [{{\"Effect\": \"Allow\", \"Action\": \"s3:A\"}}, {{{rest}, \"Effect\": \"Deny\"}}]}}"
        )
    };
    let not_action = statement(&format!("\"NotAction\": [\"s3:{long}\", \"s3:B\"]"));
    let resource = statement(&format!(
        "\"Action\": [\"s3:A\", \"s3:B\"], \"Resource\": \"{long}\""
    ));
    insta::assert_snapshot!(
        [refusal(&not_action, 300), refusal(&resource, 300)]
            .map(|(statement, why)| format!("{statement:?}: {why}"))
            .join("\n"),
        @r"
    Some(1): this statement takes 360 characters in a policy of its own, and a NotAction is not cut: its parts would be about every action together
    Some(1): this statement takes 365 characters in a policy of its own with a single action, and nothing but Action is cut
    "
    );
}

#[test]
fn no_more_pieces_are_made_than_somebody_can_have() {
    let names: Vec<String> = (0..26).map(|number| format!("s3:A{number:02}")).collect();
    let list: Vec<&str> = names.iter().map(String::as_str).collect();
    let most = size(&policy(&[&["s3:A00"]]));
    assert_eq!(split(&policy(&[&list[..25]]), most).len(), 25);
    let (statement, why) = refusal(&policy(&[&list]), most);
    assert_eq!(statement, None);
    assert!(why.starts_with("it would take 26 policies"), "{why}");
}

/// A statement with an effect, so many entries of a service, and whether it is a `NotAction`.
fn statement() -> impl Strategy<Value = String> {
    let entry = (0..3, 0..3_usize, 1..40_usize).prop_map(|(service, space, length)| {
        format!("\"s{service}:{}\"{}", "N".repeat(length), " ".repeat(space))
    });
    let lists = prop::collection::vec(entry, 1..12);
    (any::<bool>(), 0..8, lists, 0..60_usize, any::<bool>()).prop_map(
        |(allows, kind, entries, resource, in_lines)| {
            let effect = if allows { "Allow" } else { "Deny" };
            let element = if kind == 0 { "NotAction" } else { "Action" };
            let comma = if in_lines { ",\n    " } else { "," };
            let resource = "r".repeat(resource);
            format!(
                "{{\"Effect\": \"{effect}\", \"{element}\": [{}], \"Resource\": \"{resource}\"}}",
                entries.join(comma)
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is cut is proved, no piece could have held what the next one begins with, and what
    /// is refused has a statement that no piece can hold.
    #[test]
    fn random_policies_are_cut_or_refused_for_a_reason(
        statements in prop::collection::vec(statement(), 1..8),
        most in 120..900_usize,
    ) {
        let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{}]}}", statements.join(",\n"));
        let whole = document(&text);
        match whole.split(most) {
            Ok(pieces) => {
                prop_assert_eq!(prove_pieces(&whole, &pieces, most), []);
                for pair in pieces.windows(2) {
                    let [one, other] = [&pair[0], &pair[1]].map(|piece| document(piece));
                    let first = &other.source().text()[other.statement_range(0)];
                    let is_whole = statements.iter().any(|statement| statement == first);
                    prop_assert!(!is_whole || one.size() + 1 + size(first) > most);
                }
            }
            Err(why) if why.statement.is_none() => prop_assert!(statements.len() * 12 > 25),
            Err(why) => {
                let statement = &statements[why.statement.unwrap()];
                let alone = document(&format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{statement}]}}"));
                prop_assert!(alone.size() > most);
                prop_assert!(alone.split(most).is_err());
            }
        }
    }
}
