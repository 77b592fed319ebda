//! Draws the demo's review screen as an SVG:
//! `cargo run --example screen_svg > assets/screen.svg`.

fn main() {
    print!("{}", picture::screen());
}

#[path = "../tests/screen/picture.rs"]
mod picture;
