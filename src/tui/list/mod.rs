//! The list of an account's policies, and what would be written of them.

mod accepting;
mod diff;
mod draw;
mod folder_preview;
mod message;
mod order;
mod policies;
mod preview;
mod size;
mod state;
mod status;
mod strip;
mod update;

pub use folder_preview::{Changing, FolderPreview, Preview};
pub use message::ListMessage;

pub(crate) use draw::draw;
pub(crate) use order::Order;
pub(crate) use policies::PolicyFilter;
pub(crate) use state::AccountList;
pub(crate) use update::update;
