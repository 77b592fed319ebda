//! What the readers of sources say of places in their text: what is opaque there, and why.

use std::ops::Range;

use crate::text::{Json, JsonValue, Lines, Member, Opaque, Problem, Source};

/// The places of one file, of which the trees of its policies are made.
#[derive(Clone, Debug)]
pub struct Places<'a> {
    source: &'a Source,
    lines: Lines,
}

impl<'a> Places<'a> {
    /// Those of a file.
    pub fn of(source: &'a Source) -> Self {
        Places {
            source,
            lines: Lines::of(source.text()),
        }
    }

    /// The file.
    pub fn source(&self) -> &'a Source {
        self.source
    }

    /// What stands in a range and is no value, with the reason: `it comes from var.more`, to which the
    /// place is added.
    pub fn opaque(&self, range: Range<usize>, reason: &str) -> Json {
        let opaque = Opaque {
            text: self.source.text()[range.clone()].to_owned(),
            reason: self.at(range.start, reason),
            strings: None,
            may_be_nothing: false,
            may_repeat: false,
        };
        Json {
            range,
            value: JsonValue::Opaque(Box::new(opaque)),
        }
    }

    /// What is written in the place of a statement and is none: it may allow anything.
    pub fn unknown_statement(&self, range: Range<usize>, reason: &str) -> Json {
        statement_of(self.opaque(range, reason))
    }

    /// The line that holds a byte, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.lines.at(offset)
    }

    /// A reason with the place it is about.
    pub fn at(&self, offset: usize, reason: &str) -> String {
        let name = self.source.name().raw();
        format!("{reason}, {name}:{}", self.line(offset))
    }

    /// An error about what stands in a range.
    pub fn error(
        &self,
        range: Option<Range<usize>>,
        message: impl Into<String>,
        help: &str,
    ) -> Problem {
        let range = range.unwrap_or_default();
        self.source.error_at(range, message).help(help)
    }
}

/// A statement that what is `opaque` comes to.
pub fn statement_of(opaque: Json) -> Json {
    let range = opaque.range.clone();
    let element = |name: &str, value| Member {
        name: name.to_owned(),
        name_range: range.start..range.start,
        value,
    };
    let members = vec![
        element("Effect", allow(range.start)),
        element("Action", opaque),
    ];
    Json {
        range,
        value: JsonValue::Object(members),
    }
}

/// `Allow`, where it is not written.
pub fn allow(at: usize) -> Json {
    Json {
        range: at..at,
        value: JsonValue::String("Allow".to_owned()),
    }
}
