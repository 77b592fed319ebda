//! Practice on the screen: a set of names, the entries that are written for it, and what is missed. A playground is drawn
//! as a set that is done.

mod chosen;
mod draw;
mod explained;
mod message;
mod names;
mod playground;
mod sets;
mod sheet;
mod state;
mod task;
mod test;
mod trie;
mod update;
mod work;
mod written;

pub use message::PracticeMessage;

pub(crate) use draw::draw;
pub(crate) use state::{Beside, PracticeScreen};
pub(crate) use update::{type_in, update};
