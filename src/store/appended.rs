//! A file to whose end texts are put, each whole or not at all.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

/// A file that is open at its end.
pub(super) struct Appended {
    file: File,
    length: u64,
}

impl Appended {
    /// The file has so many bytes, and what is written to it goes behind them.
    pub(super) fn new(file: File, length: u64) -> Self {
        Appended { file, length }
    }

    /// Puts a text at the end, all of it or nothing. It is on the disk when this returns, after a power cut
    /// too.
    ///
    /// # Errors
    /// Whatever the system refuses.
    pub(super) fn append(&mut self, text: &str) -> io::Result<()> {
        let written = self.file.write_all(text.as_bytes());
        if let Err(error) = written.and_then(|()| self.file.sync_data()) {
            // Half a line would hide all that come after it.
            let _ = self.file.set_len(self.length);
            let _ = self.file.seek(SeekFrom::Start(self.length));
            return Err(error);
        }
        self.length += text.len() as u64;
        Ok(())
    }
}
