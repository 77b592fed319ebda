//! The hash by which texts are recognised, in the two ways in which it is written.

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

/// The SHA-256 of `text` in base64, as browsers want it.
///
/// ```
/// use iam_refine::text::base64_sha256;
/// assert_eq!(base64_sha256("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
/// ```
pub fn base64_sha256(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hash = Sha256::digest(text);
    let mut base64 = String::with_capacity(44);
    for three in hash.chunks(3) {
        let byte = |at: usize| three.get(at).map_or(0, |byte| u32::from(*byte));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63];
            base64.push(if at > three.len() { '=' } else { digit.into() });
        }
    }
    base64
}
