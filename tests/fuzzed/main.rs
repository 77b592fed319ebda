//! What the fuzz targets found worth keeping, run once more: `fuzz/corpus` holds a folder a target.

mod targets;

use std::path::Path;

/// Runs a target on every file of its corpus, of which there are a good dozen at least. A target returns whether it
/// came to what it checks of what can be read: some of the files are there for that.
fn replay(target: &str, run: fn(&[u8]) -> bool) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let files = std::fs::read_dir(folder.join(target)).expect("the target has a corpus");
    let (mut count, mut read) = (0, 0);
    for file in files {
        let path = file.expect("the corpus can be listed").path();
        let bytes = std::fs::read(&path).expect("the corpus can be read");
        eprintln!("{}", path.display());
        read += usize::from(run(&bytes));
        count += 1;
    }
    assert!(count >= 12, "only {count} files for {target}");
    assert!(read >= 8, "{target}: only {read} of {count} files are read");
}

#[test]
fn documents() {
    replay("documents", targets::documents::run);
}

#[test]
fn findings() {
    replay("findings", targets::findings::run);
}

#[test]
fn accounts() {
    replay("accounts", targets::accounts::run);
}

#[test]
fn catalogues() {
    replay("catalogues", targets::catalogues::run);
}

#[test]
fn records() {
    replay("records", targets::records::run);
}

#[test]
fn edits() {
    replay("edits", targets::edits::run);
}

#[test]
fn engine() {
    replay("engine", targets::engine::run);
}

#[test]
fn keys() {
    replay("keys", targets::keys::run);
}

#[test]
fn screens() {
    replay("screens", targets::screens::run);
}

#[test]
fn states() {
    replay("states", targets::states::run);
}

#[test]
fn templates() {
    replay("templates", targets::sources::templates);
}

#[test]
fn terraform() {
    replay("terraform", targets::sources::terraform);
}
