//! What is on the disk: files and folders that are written whole or not at all, the folders that
//! belong to the user, and journals that lose nothing. Bytes and paths; what they mean is for
//! others to know. Nothing else in the program writes a file or makes a folder.
//!
//! [`write_files`] writes several files together, over old ones too; [`write_new`] one that is new;
//! [`NewFolder`] a folder with all that is in it. A [`Journal`] takes a line at a time, held by one
//! program alone. [`read_state`] and [`write_state`] keep small things between runs, [`seal`] lets
//! a large one be believed when it is read back.

mod atomic;
mod files;
mod folder;
mod journal;
mod places;
mod sealed;
mod state;

pub use atomic::{replace, write_new};
pub use files::{FileWrite, Target, WrittenFile, already_exists, write_files};
pub use folder::{NewFolder, can_be_folder, make_folder, must_be_free};
pub use journal::{Journal, JournalPlace, NotTaken};
pub use places::{data_folder, replaced_folder, state_folder};
pub use sealed::{seal, unsealed};
pub use state::{is_first_time, read_state, write_state};
