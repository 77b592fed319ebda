//! A text with its hash in a last line. What the program wrote itself, and reads back unchanged,
//! need not be checked again, which takes ten times as long.

use crate::text::sha256;

/// Stands before the hash of all that is above it.
const SEAL: &str = "# sha256 ";

/// `text` with a last line that holds its SHA-256, for [`unsealed`] to check.
pub fn seal(text: &str) -> String {
    format!("{text}{SEAL}{}\n", sha256(text))
}

/// The text that was sealed, if it is still the same.
pub fn unsealed(file: &str) -> Option<&str> {
    let (text, seal) = file.trim_end().rsplit_once(SEAL)?;
    (sha256(text) == seal).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_holds_until_a_byte_is_changed() {
        let text = "s3:GetObject\ns3:PutObject\n";
        let sealed = seal(text);
        assert_eq!(unsealed(&sealed), Some(text));
        for changed in [
            sealed.replacen("GetObject", "GetObjekt", 1),
            sealed.replacen("# sha256 ", "# sha256 0", 1),
            text.to_owned(),
        ] {
            assert_eq!(unsealed(&changed), None);
        }
    }
}
