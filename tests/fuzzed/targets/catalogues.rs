//! Catalogues: the program's own form, plain lists, AWS's service reference and its index.

use iam_refine::catalogue::{Catalogue, Import, read_index};
use iam_refine::text::Source;

use super::telling::{check, source};

pub fn run(bytes: &[u8]) -> bool {
    let Some(source) = source("catalogue", bytes) else {
        return false;
    };
    let catalogue = Catalogue::parse(&source);
    match &catalogue {
        Ok(catalogue) => is_written_as_it_is(catalogue),
        Err(problems) => check(problems),
    }
    if let Err(problems) = read_index(&source) {
        check(&problems);
    }
    let mut import = Import::default();
    let added = import.add(&source);
    let is_read = catalogue.is_ok() || added.is_ok();
    match added {
        Ok(_) => {
            let today = "2026-11-23".parse().unwrap();
            if let Some(made) = import.finish("new", &Catalogue::s3_of_june_2024(), today) {
                is_written_as_it_is(&made);
            }
        }
        Err(problems) => check(&problems),
    }
    is_read
}

/// A catalogue in the program's own form is read as the same again.
fn is_written_as_it_is(catalogue: &Catalogue) {
    let text = catalogue.to_string();
    let again = Catalogue::parse(&Source::from_text("again", &text)).unwrap();
    assert_eq!(again.to_string(), text);
    assert_eq!(again.len(), catalogue.len());
}
