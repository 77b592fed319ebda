//! The screen: a review's policy, trie and reasons, and the keys that decide.
//!
//! A pure [`Model`] is all that the screen shows; [`action_for`] turns an event into an
//! [`Action`], [`update()`] does it, and [`view()`] draws. [`run()`] draws, waits for an event, does
//! all that are there, and draws again. Only `terminal` touches a terminal.
//!
//! The list of an account's policies is a screen of its own, made the same way, in [`account`].
//!
//! The table of actions, [`COMMANDS`], makes dispatch, footer, help and documents.

pub mod account;
mod action;
mod command;
mod context;
mod filter;
mod help;
mod input;
mod lesson_state;
mod look;
mod model;
mod offers;
mod outline;
mod quiz;
mod run;
mod search;
mod steps;
mod table;
mod terminal;
pub mod text;
mod tries;
mod undecided;
mod update;
mod view;
mod why;

pub use action::{Action, Motion};
pub use command::{Command, Group, Key};
pub use context::Context;
pub use input::action_for;
pub use lesson_state::{Reached, Stage};
pub use look::{Glyphs, Look, Theme};
pub use model::{Model, Pane, Settings};
pub use quiz::{Replies, Reply, Score};
pub use run::{Desk, Ended, LessonDesk, begins, run, run_lesson};
pub use steps::{StepAction, Steps};
pub use table::{COMMANDS, key_table};
pub use update::{Effect, update};
pub use view::view;
