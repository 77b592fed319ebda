//! What the README says is made from what the program does.

use std::fmt::Write;
use std::{env, fs};

use iam_refine::tui::key_table;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

/// The table of keys, from the table of actions.
fn keys() -> String {
    let mut table = "| | keys | |\n|---|---|---|\n".to_owned();
    let mut last = None;
    for (group, keys, help) in key_table() {
        let heading = if last == Some(group) {
            ""
        } else {
            group.as_str()
        };
        last = Some(group);
        let keys: Vec<String> = keys.split(' ').map(|key| format!("`{key}`")).collect();
        let keys = keys.join(" ").replace('|', "\\|");
        let _ = writeln!(table, "| {heading} | {keys} | {help} |");
    }
    table
}

/// What stands in the README between `<!-- NAME -->` and `<!-- end of NAME -->`.
fn part<'a>(readme: &'a str, name: &str) -> &'a str {
    let behind = readme
        .split_once(&format!("<!-- {name} -->\n"))
        .expect("a beginning")
        .1;
    behind
        .split_once(&format!("<!-- end of {name} -->"))
        .expect("an end")
        .0
}

#[test]
fn the_keys_are_those_of_the_table_of_actions() {
    let readme = fs::read_to_string(README).expect("the README");
    let now = part(&readme, "keys");
    if env::var_os("WRITE_EXPECTED").is_some() {
        let old = format!("<!-- keys -->\n{now}<!-- end");
        let new = format!("<!-- keys -->\n{}<!-- end", keys());
        fs::write(README, readme.replace(&old, &new)).expect("written");
        return;
    }
    assert_eq!(
        now,
        keys(),
        "write it anew: WRITE_EXPECTED=1 cargo test --test readme"
    );
}

#[test]
fn every_picture_it_shows_is_there() {
    let readme = fs::read_to_string(README).expect("the README");
    let pictures: Vec<&str> = readme
        .split("](")
        .skip(1)
        .filter_map(|behind| behind.split_once(')').map(|(path, _)| path))
        .filter(|path| path.starts_with("assets/"))
        .collect();
    assert!(pictures.len() >= 4);
    for path in pictures {
        let file = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
        assert!(fs::metadata(&file).is_ok(), "{path} is not there");
    }
}
