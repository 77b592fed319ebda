//! The hash by which texts are recognised, in the two ways in which it is written.

use std::fmt::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
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

/// Bytes in base64.
pub fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// The SHA-256 of `text` in base64, as browsers want it.
///
/// ```
/// use iam_refine::text::base64_sha256;
/// assert_eq!(base64_sha256("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
/// ```
pub fn base64_sha256(text: &str) -> String {
    base64(Sha256::digest(text))
}
