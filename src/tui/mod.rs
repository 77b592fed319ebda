//! The screen: a review's policy, trie and reasons, the list of an account's policies, and the keys
//! that decide.
//!
//! A [`Review`](crate::review::Review) or an [`AccountReview`](crate::account::AccountReview) goes
//! into an [`App`], which is all that the screen shows and does no input or output. [`input_for`]
//! turns an event of the terminal into an [`Input`]; [`update()`] applies it and returns a
//! [`Request`] when something is to happen outside of the screen; [`draw()`] draws. [`run()`] is
//! the loop around them: draw, wait for an event, handle all that have arrived, draw again. A
//! [`Host`] saves decisions and writes policies. Only `terminal` touches the terminal.
//!
//! Each part of the screen has a folder: its state, its messages, what they do and how it is drawn.
//! Dispatch, footer, help and documents are made from one table of keys, [`ROWS`].

mod app;
mod cases;
mod cut;
mod diff;
mod draw;
mod fit;
mod footer;
mod help;
mod input;
mod keys;
mod lesson;
mod lines;
mod list;
mod look;
mod message;
mod motion;
mod parts;
mod policy;
mod practice;
mod prefix_match;
mod reasons;
mod review;
mod run;
mod said;
mod search;
mod shell;
mod silent;
mod steps;
mod telling;
mod terminal;
pub mod text;
mod trie;
mod typed;
mod update;
mod view;
mod write;

pub use app::App;
pub use cases::CaseMessage;
pub use cut::CutMessage;
pub use draw::draw;
pub use fit::FitMessage;
pub use footer::{leaving_note, leaving_question};
pub use input::{Input, input_for};
pub use keys::{Context, Group, Key, ROWS, Row, key_table};
pub use list::{Changing, FolderPreview, ListMessage, Preview};
pub use look::{Glyphs, Look, Theme};
pub use message::{Message, Request, ShellMessage};
pub use motion::Motion;
pub use practice::PracticeMessage;
pub use review::{Pane, ReviewMessage};
pub use run::{Ended, Host, begins, run};
pub use shell::Settings;
pub use steps::{StepMessage, Steps};
pub use trie::TrieMessage;
pub use typed::Edit;
pub use update::update;
