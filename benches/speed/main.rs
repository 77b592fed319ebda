//! How long refining takes, the screen, and starting; each beside a floor that is measured in the
//! same run. `cargo bench`, on a machine that does nothing else.

mod inputs;
mod refine;
mod screen;
mod sources;
mod start;
mod whole;

fn main() {
    let word = std::env::args().nth(1);
    if start::play_another(word.as_deref()) {
        return;
    }
    refine::benches();
    screen::benches();
    sources::benches();
    start::benches();
    whole::benches();
    criterion::Criterion::default()
        .configure_from_args()
        .final_summary();
}
