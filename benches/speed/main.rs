//! How long refining takes, and the screen; each beside a floor that is measured in the same run.
//! `cargo bench`, on a machine that does nothing else.

mod inputs;
mod refine;
mod screen;

criterion::criterion_main!(refine::benches, screen::benches);
