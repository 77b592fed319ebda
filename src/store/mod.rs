//! The disk: files and folders that are written whole or not at all, the user's folders, and
//! journals. Paths and bytes go in; what the bytes mean is for other rooms to know. Nothing else in
//! the program writes a file or makes a folder.
//!
//! [`write_files`] writes several files, over old ones too, and [`finish_interrupted_writes`] completes what
//! was cut off; [`write_new`] a single one that must
//! not exist; [`NewFolder`] a folder with all that is in it. A [`Journal`] appends line by line,
//! and only one program at a time may have it open. [`read_state`] and [`change_state`] keep small
//! files between runs. A [`FilledFolder`] is filled file by file. [`seal`] adds a hash to a text, and [`unsealed`] checks it.

mod appended;
mod atomic;
mod files;
mod filled;
mod folder;
mod interrupted;
mod journal;
mod own;
mod places;
mod sealed;
mod state;

pub use atomic::{is_unfinished, replace, write_new};
pub use files::{
    FileWrite, Target, WrittenFile, already_exists, beside_old_bytes, changed, is_one_name,
    write_files,
};
pub use filled::{FilledFolder, read_filled, read_log, remove_filled};
pub use folder::{NewFolder, can_be_folder, make_folder, must_be_free};
pub use interrupted::{FinishedWrite, finish_interrupted_writes};
pub use journal::{Journal, JournalPlace, NotTaken};
pub use places::{data_folder, replaced_folder, state_folder};
pub use sealed::{seal, unsealed};
pub use state::{change_state, is_first_time, read_state};
