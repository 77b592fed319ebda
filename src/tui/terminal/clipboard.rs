//! The clipboard, reached through the terminal.

use std::io::{self, Write as _, stdout};

use crate::text::{base64, reveal};

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

#[cfg(test)]
mod tests {
    use super::sequence;
    use crate::text::base64;

    #[test]
    fn what_is_pasted_commands_no_terminal() {
        let pasted = |text: &str| format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
        assert_eq!(
            sequence("+\t\"s3:Get*\u{9b}201~\"\r\n\u{1b}[201~\n"),
            pasted("+\t\"s3:Get*\\u{9b}201~\"\r\n\\u{1b}[201~\n")
        );
    }
}
