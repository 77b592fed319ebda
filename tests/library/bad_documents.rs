//! Files that are refused, or read with a warning: each `tests/data/bad/NAME.json` is told as
//! `NAME.txt` says.
//!
//! With `WRITE_EXPECTED=1` in the environment the texts are written anew, to be read and committed.

use std::fs;
use std::path::Path;

use iam_refine::document::Document;
use iam_refine::text::{Problems, Source};

#[test]
fn every_bad_file_is_told_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bad");
    let mut seen = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let told = told(name, &fs::read(&path).unwrap());
        let expected = path.with_extension("txt");
        if std::env::var_os("WRITE_EXPECTED").is_some() {
            fs::write(&expected, &told).unwrap();
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(
            told, expected,
            "\n--- {name} is told as\n{told}\n--- expected\n{expected}"
        );
        seen += 1;
    }
    assert!(seen > 30, "only {seen} files in {}", folder.display());
}

fn told(name: &str, bytes: &[u8]) -> String {
    let read = Source::from_bytes(name, bytes)
        .map_err(Problems::from)
        .and_then(Document::parse);
    let told = match read {
        Ok(document) => format!("accepted\n{}", Problems(document.warnings().to_vec())),
        Err(problems) => problems.to_string(),
    };
    assert!(
        told.chars().all(|c| c == '\n' || !c.is_control()),
        "{name}: {told:?}"
    );
    format!("{told}\n")
}
