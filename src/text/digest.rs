//! The hash by which texts are recognised.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The SHA-256 of `text`, as people write it: 64 hexadecimal digits.
pub fn sha256(text: &str) -> String {
    let mut hash = String::with_capacity(64);
    for byte in Sha256::digest(text) {
        // Writing to a string cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    hash
}
