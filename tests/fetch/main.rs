//! `iam-refine fetch` and what lives by it, with a program that plays `aws`: see `played_aws.rs`.

#![allow(clippy::unwrap_used)] // A test may.

#[path = "../program/run.rs"]
mod run;
#[allow(dead_code)] // Others use the rest.
#[path = "../terminal/screen.rs"]
mod screen;

mod asked;
mod aws;
mod everywhere;
mod folder;
mod hostile;
mod refused;
mod resumed;
mod terminal;
mod trusted;
mod unanswered;
mod weekly;
