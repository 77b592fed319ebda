//! The colours of pictures; the screen has the same ones in `tui/look.rs`. Plain green and orange are one colour to a protanope; these pairs are not.

/// Which background a picture stands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Colours for a light background.
    #[default]
    Light,
    /// Colours for a dark background.
    Dark,
}

/// The colours of a theme.
pub struct Colours {
    pub background: &'static str,
    pub ink: &'static str,
    /// For text that only accompanies.
    pub quiet: &'static str,
    /// For thin lines from a row to what belongs to it.
    pub faint: &'static str,
    /// Behind the row that a step visits.
    pub visited: &'static str,
    pub safe: &'static str,
    pub unsafe_: &'static str,
}

impl Theme {
    pub(in crate::explain) fn colours(self) -> Colours {
        match self {
            Theme::Light => Colours {
                background: "#ffffff",
                ink: "#262626",
                quiet: "#5f5f5f",
                faint: "#bcbcbc",
                visited: "#eeeee0",
                safe: "#005f5f",
                unsafe_: "#af5f00",
            },
            Theme::Dark => Colours {
                background: "#1c1c1c",
                ink: "#dadada",
                quiet: "#a8a8a8",
                faint: "#585858",
                visited: "#303038",
                safe: "#00af87",
                unsafe_: "#ffaf00",
            },
        }
    }
}

impl Colours {
    /// The style sheet of a picture whose names are `font` high.
    pub(super) fn styles(&self, font: f64) -> String {
        let Colours {
            background,
            ink,
            quiet,
            faint,
            safe,
            unsafe_,
            ..
        } = self;
        format!(
            r#"
text {{ font-family: "DejaVu Sans", Verdana, Helvetica, Arial, sans-serif; font-size: 15px; fill: {ink} }}
.name {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: {font:.1}px; white-space: pre }}
.title {{ font-size: 27px; font-weight: bold }}
.quiet {{ fill: {quiet} }}
.small {{ font-size: 13.5px }}
.left-out {{ fill: {quiet}; text-decoration: line-through }}
.safe {{ fill: {safe} }} .unsafe {{ fill: {unsafe_} }}
.line {{ fill: none; stroke: {faint}; stroke-width: 1.5 }}
.leader {{ fill: none; stroke: {faint}; stroke-width: 1.5; stroke-dasharray: 1.5 6 }}
.frontier {{ stroke: {quiet}; stroke-width: 2; stroke-dasharray: 8 6 }}
.hollow {{ fill: {background}; stroke: {unsafe_}; stroke-width: 2 }}
"#
        )
    }
}
