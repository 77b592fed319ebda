//! Words of a shell.

/// `text` as one word of a shell.
pub fn word(text: &str) -> String {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=,@".contains(&byte);
    if !text.is_empty() && text.bytes().all(harmless) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// `--name VALUE` for a command line; `--name=VALUE` where the value would be read as another
/// option, since the name of a role may begin with a hyphen.
pub fn option(name: &str, value: &str) -> String {
    let between = if value.starts_with('-') { '=' } else { ' ' };
    format!("--{name}{between}{}", word(value))
}

#[cfg(test)]
mod tests {
    use super::{option, word};

    #[test]
    fn a_shell_reads_a_word_as_it_was() {
        for text in [
            "",
            "plain",
            "it's",
            "$(reboot)",
            "a b",
            "`x` \"y\" \\",
            "*",
            "~",
        ] {
            let script = format!("printf %s {}", word(text));
            let output = std::process::Command::new("sh")
                .args(["-c", &script])
                .output();
            assert_eq!(output.unwrap().stdout, text.as_bytes());
        }
    }

    #[test]
    fn a_value_that_begins_with_a_hyphen_is_no_option() {
        assert_eq!(option("role-name", "MyRole"), "--role-name MyRole");
        assert_eq!(option("role-name", "--profile"), "--role-name=--profile");
        assert_eq!(option("role-name", "-it's"), r"--role-name='-it'\''s'");
    }
}
