//! Draws the demo's review screen as an SVG, named as its file in `assets/`, or as the moving picture:
//! `cargo run --example screen_svg narrow > narrow.svg`.

fn main() {
    let name = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "screen".to_owned());
    let named = picture::ALL.iter().find(|(own, _)| *own == name);
    match named {
        Some((_, picture)) => print!("{}", picture::draw(picture)),
        None if name == film::NAME => print!("{}", film::draw()),
        None => eprintln!("error: there is no picture {name:?}"),
    }
}

#[path = "../tests/screen/film.rs"]
mod film;
#[path = "../tests/screen/picture.rs"]
mod picture;
