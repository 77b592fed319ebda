//! How the screen looks: colours by theme, and a glyph for whatever a colour says. Pictures have
//! the same colours in `explain/picture/theme.rs`.
//!
//! White and black are never a foreground, since nobody knows the background; what is selected is
//! reversed, never recoloured. Plain green and orange are one colour to a protanope; these pairs
//! are not.

use std::str::FromStr;

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Span;

use crate::explain::Sign;

/// Which colours the screen has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Asks the terminal for its background, and takes `dark`, `light` or `ansi`.
    #[default]
    Auto,
    /// The terminal's own 16 colours.
    Ansi,
    /// For dark backgrounds, 256 colours.
    Dark,
    /// For light backgrounds, 256 colours.
    Light,
    /// No colours, only glyphs, bold and reversed text.
    Mono,
}

impl Theme {
    /// All of them, in the order they are offered.
    pub const ALL: [Theme; 5] = [
        Theme::Auto,
        Theme::Ansi,
        Theme::Dark,
        Theme::Light,
        Theme::Mono,
    ];

    /// The word used on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Ansi => "ansi",
            Theme::Dark => "dark",
            Theme::Light => "light",
            Theme::Mono => "mono",
        }
    }
}

impl FromStr for Theme {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Theme::ALL.into_iter();
        all.find(|theme| theme.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not auto, ansi, dark, light or mono"))
    }
}

/// The styles and glyphs that the views draw with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What is safe, new, or holds.
    pub safe: Style,
    /// What is unsafe, goes, or asks for attention.
    pub caution: Style,
    /// What is wholly unused, and what only accompanies.
    pub faint: Style,
    /// Titles and headings, in bold.
    pub strong: Style,
    /// The row that keys act on.
    pub selected: Style,
    /// The characters that stand for something.
    pub glyphs: Glyphs,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
}

/// The characters that stand for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Before what is safe, or proved.
    pub safe: &'static str,
    /// Before what is unsafe.
    pub caution: &'static str,
    /// Before what is wholly unused, or disproved.
    pub unused: &'static str,
    /// Before what is held back.
    pub held: &'static str,
    /// Before what is not known.
    pub unknown: &'static str,
    /// The row the cursor is on.
    pub cursor: &'static str,
    /// Before a row that is selected, beside the one that the cursor is on.
    pub selected: &'static str,
    /// Before a row that can be unfolded.
    pub closed: &'static str,
    /// Before a row that can be folded.
    pub open: &'static str,
    /// In place of a number that is 0.
    pub none: &'static str,
    /// Between two things in one line.
    pub dot: &'static str,
    /// In place of text that was cut off.
    pub more: &'static str,
    /// Where more stands above the first line.
    pub above: &'static str,
    /// Where more follows below the last line.
    pub below: &'static str,
    /// From one to the other.
    pub arrow: &'static str,
    /// The line between two panes.
    pub bar: &'static str,
    /// Stands between two parts of the screen.
    pub rule: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    safe: "✓",
    caution: "!",
    unused: "✗",
    held: "=",
    unknown: "?",
    cursor: ">",
    selected: "•",
    closed: "▸",
    open: "▾",
    none: "·",
    dot: "·",
    more: "…",
    above: "↑",
    below: "↓",
    arrow: "→",
    bar: "│",
    rule: "─",
};

const ASCII: Glyphs = Glyphs {
    safe: "v",
    caution: "!",
    unused: "x",
    held: "=",
    unknown: "?",
    cursor: ">",
    selected: "*",
    closed: "+",
    open: "-",
    none: ".",
    dot: "-",
    more: "~",
    above: "^",
    below: "v",
    arrow: "->",
    bar: "|",
    rule: "-",
};

impl Look {
    /// The look of a theme. [`Theme::Auto`] looks like [`Theme::Ansi`] until the terminal was
    /// asked.
    pub fn new(theme: Theme, ascii: bool) -> Self {
        let (safe, caution) = match theme {
            Theme::Auto | Theme::Ansi => (Some(Color::Green), Some(Color::Yellow)),
            Theme::Dark => (Some(Color::Indexed(36)), Some(Color::Indexed(214))),
            Theme::Light => (Some(Color::Indexed(23)), Some(Color::Indexed(130))),
            Theme::Mono => (None, None),
        };
        let coloured = |colour: Option<Color>| Style {
            fg: colour,
            ..Style::new()
        };
        Look {
            safe: coloured(safe),
            caution: coloured(caution),
            faint: Style::new().add_modifier(Modifier::DIM),
            strong: Style::new().add_modifier(Modifier::BOLD),
            // One even bar: colours and dimmed text would leave it in patches.
            selected: Style::new()
                .fg(Color::Reset)
                .add_modifier(Modifier::REVERSED)
                .remove_modifier(Modifier::DIM),
            glyphs: if ascii { ASCII } else { UNICODE },
            ascii,
        }
    }

    /// A sentence in the characters that are drawn.
    pub fn spelled(&self, text: &str) -> String {
        if self.ascii {
            text.replace('…', "...")
                .replace('→', "->")
                .replace(['−', '·'], "-")
        } else {
            text.to_owned()
        }
    }

    /// A sign with its colour.
    pub fn sign(&self, sign: Sign) -> Span<'static> {
        let (glyph, style) = match sign {
            Sign::Holds => (self.glyphs.safe, self.safe),
            Sign::Caution => (self.glyphs.caution, self.caution),
            Sign::Unknown => (self.glyphs.unknown, self.caution),
            Sign::Broken => (self.glyphs.unused, self.caution.patch(self.strong)),
        };
        Span::styled(glyph, style)
    }
}
