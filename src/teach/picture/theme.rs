//! Colours. Plain green and orange are one colour to a protanope; these pairs are not.

/// Which background a picture stands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// A light one.
    #[default]
    Light,
    /// A dark one.
    Dark,
}

/// The colours of a theme.
pub struct Colours {
    pub background: &'static str,
    pub ink: &'static str,
    /// For what is said beside.
    pub quiet: &'static str,
    /// For lines that lead the eye.
    pub faint: &'static str,
    /// Behind the row that a step visits.
    pub visited: &'static str,
    pub safe: &'static str,
    pub unsafe_: &'static str,
}

impl Theme {
    pub(super) fn colours(self) -> Colours {
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
