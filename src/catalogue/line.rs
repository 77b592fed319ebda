//! One line of a catalogue file.
//!
//! ```text
//! file    = { line "\n" }
//! line    = "" | "#" comment | header | service | known | action
//! header  = "date" DATE | "since" DATE | "source" text
//! service = prefix                        the lines up to the next one belong to it
//! known   = level tracked " " name [ " " ( DATE | "?" ) ]
//! action  = prefix ":" name               stands for itself: the plain list
//! level   = "L" | "R" | "W" | "T" | "P" | "?"
//! tracked = "+" | "-" | "?"
//! ```
//!
//! No two kinds of line can be confused, so a line is read without knowing where it stands, and
//! white space around it means nothing.

use std::fmt;

use jiff::civil::Date;

use super::{KnownAction, Level};
use crate::iam::{Action, Glob, LONGEST_NAME, Name, ServicePrefix};
use crate::text::quoted;

/// What a line says, if it says anything.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'text> {
    /// The day the catalogue was taken.
    Date(Date),
    /// The first snapshot, which actions without a date go back to.
    Since(Date),
    /// Where the names come from.
    Source(&'text str),
    /// A service; its actions follow.
    Service(ServicePrefix),
    /// An action of the service above.
    Known(KnownAction),
    /// An action of the plain list.
    Action(Action),
}

impl<'text> Line<'text> {
    /// Reads one line; `Ok(None)` for a blank one or a comment. An action without a date of its
    /// own was first seen `since`.
    ///
    /// # Errors
    /// What is wrong with the line, as a sentence without a capital and a full stop.
    pub(super) fn read(line: &'text str, since: Option<Date>) -> Result<Option<Self>, String> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        let Some((first, rest)) = line.split_once(char::is_whitespace) else {
            return read_word(line).map(Some);
        };
        let rest = rest.trim_start();
        match first {
            "date" => read_date(rest).map(Line::Date),
            "since" => read_date(rest).map(Line::Since),
            "source" => Ok(Line::Source(rest)),
            columns => read_known(columns, rest, since).map(Line::Known),
        }
        .map(Some)
    }
}

/// A service prefix, or `service:Name`.
fn read_word(word: &str) -> Result<Line<'_>, String> {
    if word.contains([':', '*']) {
        let action = word.parse();
        return action.map(Line::Action).map_err(|error| error.to_string());
    }
    ServicePrefix::parse(word)
        .map(Line::Service)
        .ok_or_else(|| {
            format!(
                "{} is neither service:Name nor the prefix of a service",
                quoted(word)
            )
        })
}

fn read_known(columns: &str, rest: &str, since: Option<Date>) -> Result<KnownAction, String> {
    let mut letters = columns.chars();
    let (Some(level), Some(tracked), None) = (letters.next(), letters.next(), letters.next())
    else {
        return Err(format!(
            "{} is not a level and a tracked flag, as in \"W+ PutObject\"",
            quoted(columns)
        ));
    };
    let (name, seen) = match rest.split_once(char::is_whitespace) {
        Some((name, seen)) => (name, Some(seen.trim_start())),
        None => (rest, None),
    };
    Ok(KnownAction {
        level: read_level(level)?,
        tracked: read_tracked(tracked)?,
        name: read_name(name)?,
        first_seen: match seen {
            None => since,
            Some("?") => None,
            Some(date) => Some(read_date(date)?),
        },
    })
}

fn read_level(letter: char) -> Result<Option<Level>, String> {
    match Level::from_letter(letter) {
        None if letter != '?' => Err(format!("{letter:?} is not a level: L, R, W, T, P or ?")),
        level => Ok(level),
    }
}

fn read_tracked(sign: char) -> Result<Option<bool>, String> {
    match sign {
        '+' => Ok(Some(true)),
        '-' => Ok(Some(false)),
        '?' => Ok(None),
        _ => Err(format!("{sign:?} is not a tracked flag: +, - or ?")),
    }
}

/// The name of an action, without wildcards, and short enough to be written with its service.
pub(super) fn read_name(text: &str) -> Result<Name, String> {
    Glob::parse(text)
        .filter(|_| text.len() <= LONGEST_NAME)
        .and_then(|glob| glob.as_literal().cloned())
        .ok_or_else(|| format!("{} is not the name of an action", quoted(text)))
}

fn read_date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| format!("{} is not a date: YYYY-MM-DD", quoted(text)))
}

/// Writes an action in the form [`Line::read`] reads back, without the line's end.
pub(super) fn write_known(
    f: &mut fmt::Formatter<'_>,
    action: &KnownAction,
    since: Option<Date>,
) -> fmt::Result {
    let level = action.level.map_or('?', Level::letter);
    let tracked = action
        .tracked
        .map_or('?', |yes| if yes { '+' } else { '-' });
    write!(f, " {level}{tracked} {}", action.name)?;
    match action.first_seen {
        same if same == since => Ok(()),
        Some(date) => write!(f, " {date}"),
        None => f.write_str(" ?"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn error(line: &str) -> String {
        Line::read(line, None).unwrap_err()
    }

    #[test]
    fn reads_each_kind_of_line() {
        let since = Some(date("2024-06-10"));
        let read = |line| Line::read(line, since).unwrap();
        assert_eq!(read(""), None);
        assert_eq!(read("  # s3:GetObject"), None);
        let taken = date("2026-10-27");
        assert_eq!(read("date 2026-10-27\r"), Some(Line::Date(taken)));
        assert_eq!(read("source  a  b "), Some(Line::Source("a  b")));
        let s3 = ServicePrefix::parse("s3").unwrap();
        assert_eq!(read("s3"), Some(Line::Service(s3)));
        let action = "cloudsearch:search".parse().unwrap();
        assert_eq!(read(" cloudsearch:search"), Some(Line::Action(action)));
        let known = KnownAction {
            name: "A-B".into(),
            level: Some(Level::PermissionsManagement),
            tracked: Some(false),
            first_seen: since,
        };
        assert_eq!(read(" P- A-B"), Some(Line::Known(known)));
        let bare = Some(Line::Known(KnownAction::named("A".into())));
        assert_eq!(read("?? A ?"), bare);
    }

    #[test]
    fn says_what_is_wrong() {
        insta::assert_snapshot!(
            [
                "date soon",
                "since 2026-13-01",
                "W+ Get*",
                &format!("W+ {}", "a".repeat(448)),
                "X+ Get",
                "W! Get",
                "W Get",
                "W+ Get yesterday",
                "W+ Get 2026-01-01 2026-01-02",
                "s3:Get*",
                "*",
                "s3:Get:Object",
                ":Get",
                "s_3",
                "s3:GetObject, s3:PutObject",
            ]
            .map(|line| format!("{line}\n  {}", error(line)))
            .join("\n")
        );
    }
}
