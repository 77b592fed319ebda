//! How the screen looks, and whether there is one.

use std::fs::File;
use std::io::{self, IsTerminal};

use clap::{Args, ValueEnum};

use super::speak::is_terminal;
use crate::tui::{Settings, Theme};

/// How the screen looks.
#[derive(Debug, Args)]
pub struct Screen {
    /// Colours; `auto` asks the terminal for its background
    #[arg(long, value_enum, default_value_t = ThemeChoice::Auto)]
    theme: ThemeChoice,

    /// Draw with ASCII alone
    #[arg(long)]
    ascii: bool,

    /// Leave the mouse to the terminal
    #[arg(long)]
    no_mouse: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ThemeChoice {
    /// Dark or light, as the terminal is; ansi when it does not tell
    Auto,
    /// The terminal's own 16 colours
    Ansi,
    /// For dark backgrounds
    Dark,
    /// For light backgrounds
    Light,
    /// No colours
    Mono,
}

impl Screen {
    /// What the screen is set to.
    pub fn settings(&self) -> Settings {
        Settings {
            theme: match self.theme {
                ThemeChoice::Auto => Theme::Auto,
                ThemeChoice::Ansi => Theme::Ansi,
                ThemeChoice::Dark => Theme::Dark,
                ThemeChoice::Light => Theme::Light,
                ThemeChoice::Mono => Theme::Mono,
            },
            ascii: self.ascii || !speaks_utf8(),
            mouse: !self.no_mouse,
        }
    }
}

/// Whether the locale says that the terminal shows UTF-8.
fn speaks_utf8() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL")
        .or_else(|| set("LC_CTYPE"))
        .or_else(|| set("LANG"));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Whether there is somebody at a terminal.
pub fn is_at_a_terminal() -> bool {
    io::stdin().is_terminal() && is_terminal()
}

/// Whether keys can be read. They come from the terminal itself where a file `comes_on_stdin`.
pub fn has_keys(comes_on_stdin: bool) -> bool {
    is_at_a_terminal() || comes_on_stdin && is_terminal() && terminal().is_ok()
}

/// The terminal itself, whatever standard input is.
pub fn terminal() -> io::Result<File> {
    File::open("/dev/tty")
}
