//! The clipboard, reached through the terminal.

use std::io::{self, Write as _, stdout};

use crate::text::reveal;

/// Hands `text` to the terminal's clipboard (OSC 52). It may be pasted into a terminal, so what one
/// would obey is spelled out.
pub(crate) fn copy(text: &str) -> io::Result<()> {
    let mut out = stdout();
    out.write_all(sequence(text).as_bytes())?;
    out.flush()
}

fn sequence(text: &str) -> String {
    format!("\x1b]52;c;{}\x07", base64(reveal(text).as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = bytes.chunks(3).flat_map(|chunk| {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        (0..4).map(move |digit| {
            if digit <= chunk.len() {
                char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize])
            } else {
                '='
            }
        })
    });
    digits.collect()
}

#[cfg(test)]
mod tests {
    use super::{base64, sequence};

    #[test]
    fn what_is_pasted_commands_no_terminal() {
        let pasted = |text: &str| format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
        assert_eq!(
            sequence("+\t\"s3:Get*\u{9b}201~\"\r\n\u{1b}[201~\n"),
            pasted("+\t\"s3:Get*\\u{9b}201~\"\r\n\\u{1b}[201~\n")
        );
    }

    #[test]
    fn base64_pads_what_is_left() {
        assert_eq!(base64(b""), "");
        assert_eq!(base64(b"f"), "Zg==");
        assert_eq!(base64(b"fo"), "Zm8=");
        assert_eq!(base64(b"foo"), "Zm9v");
        assert_eq!(base64("é…".as_bytes()), "w6nigKY=");
    }
}
