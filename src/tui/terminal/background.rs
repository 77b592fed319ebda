//! Which theme fits the terminal: it is asked for its background, briefly.

use std::time::Duration;

use ratatui::crossterm::style::force_color_output;

use crate::tui::look::Theme;

/// How long the terminal has to answer with its background.
const BACKGROUND_BUDGET: Duration = Duration::from_millis(100);

/// The theme to use, after asking the terminal.
pub(crate) fn theme_of(asked_for: Theme) -> Theme {
    let is_without_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    // With NO_COLOR set a reset would be written after each attribute, and erase the reversed
    // selection. The mono theme has no colours to suppress.
    force_color_output(true);
    match asked_for {
        Theme::Auto if is_without_colour => Theme::Mono,
        Theme::Auto => theme_of_background(),
        chosen => chosen,
    }
}

fn theme_of_background() -> Theme {
    if !has_256_colours() {
        return Theme::Ansi;
    }
    let mut options = terminal_colorsaurus::QueryOptions::default();
    options.timeout = BACKGROUND_BUDGET;
    match terminal_colorsaurus::theme_mode(options) {
        Ok(terminal_colorsaurus::ThemeMode::Dark) => Theme::Dark,
        Ok(terminal_colorsaurus::ThemeMode::Light) => Theme::Light,
        Err(_) => Theme::Ansi,
    }
}

fn has_256_colours() -> bool {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    matches!(variable("COLORTERM").as_str(), "truecolor" | "24bit")
        || variable("TERM").contains("256color")
        || variable("TERM").contains("direct")
}
