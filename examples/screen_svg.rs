//! Draws the demo's review screen as an SVG, `screen` (the whole) or `narrow` (80 columns):
//! `cargo run --example screen_svg narrow > assets/narrow.svg`.

fn main() {
    let is_narrow = std::env::args().nth(1).as_deref() == Some("narrow");
    let picture = if is_narrow {
        picture::NARROW
    } else {
        picture::SCREEN
    };
    print!("{}", picture::draw(&picture));
}

#[path = "../tests/screen/picture.rs"]
mod picture;
