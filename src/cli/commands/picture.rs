//! `iam-refine picture`: the trie of one wildcard as a drawing, or as a page to step through.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::explain::About;
use crate::cli::exit::{Exit, Failure};
use crate::cli::speak::print_raw;
use crate::explain::{Detail, Explanation, Style, Theme};
use crate::store::{make_folder, write_new};
use crate::text::{Error, Shown};

/// Draw how a wildcard is refined (SVG, or a page for a browser)
#[derive(Debug, Args)]
#[command(
    // The built-in example has its own catalogue.
    mut_arg("catalogue", |argument| argument.requires("files")),
    after_help = "Examples:\n  \
        iam-refine picture 's3:Get*' findings.json -o trie.svg\n  \
        iam-refine picture 's3:Get*' findings.json -o trie.html   a page with all steps\n  \
        iam-refine picture 's3:Get*' findings.json --theme dark --steps slides\n  \
        iam-refine picture 's3:Get*' -o trie.svg              the built-in example"
)]
pub struct Arguments {
    #[command(flatten)]
    about: About,

    /// Write to this file, a page where it ends in .html; without it, to standard output
    #[arg(short, long, value_name = "OUT", conflicts_with = "steps")]
    output: Option<PathBuf>,

    /// Write a picture for each step into this folder
    #[arg(long, value_name = "DIR")]
    steps: Option<PathBuf>,

    /// The background it is for [default: light; of a page, as its reader's browser asks]
    #[arg(long, value_enum, value_name = "THEME")]
    theme: Option<ThemeChoice>,

    /// How much is drawn
    #[arg(long, value_enum, value_name = "DETAIL", default_value_t = DetailChoice::Frontier)]
    detail: DetailChoice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ThemeChoice {
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DetailChoice {
    /// What is not opened as triangles
    Frontier,
    /// Every action by its name
    All,
}

/// Draws, and writes where it was asked to.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let explanation = arguments.about.explanation()?;
    if explanation.walk.steps().is_empty() {
        return Err(Failure::with_help(
            "there is nothing to draw",
            explanation.outcome(),
        ));
    }
    match (&arguments.steps, &arguments.output) {
        (Some(folder), _) => write_steps(&explanation, arguments.style(), folder)?,
        (None, Some(file)) if is_page(file) => {
            let theme = arguments.theme.map(Theme::from);
            write_new(file, &explanation.page(theme, arguments.detail.into()))?;
        }
        (None, Some(file)) => write_new(file, &explanation.picture(arguments.style()))?,
        (None, None) => print_raw(&explanation.picture(arguments.style()))?,
    }
    Ok(Exit::Done)
}

/// Whether a file is named as pages are.
fn is_page(file: &Path) -> bool {
    let ending = file.extension().unwrap_or_default();
    ending.eq_ignore_ascii_case("html") || ending.eq_ignore_ascii_case("htm")
}

impl Arguments {
    fn style(&self) -> Style {
        Style {
            theme: self.theme.map(Theme::from).unwrap_or_default(),
            detail: self.detail.into(),
        }
    }
}

impl From<ThemeChoice> for Theme {
    fn from(choice: ThemeChoice) -> Self {
        match choice {
            ThemeChoice::Light => Theme::Light,
            ThemeChoice::Dark => Theme::Dark,
        }
    }
}

impl From<DetailChoice> for Detail {
    fn from(choice: DetailChoice) -> Self {
        match choice {
            DetailChoice::Frontier => Detail::Frontier,
            DetailChoice::All => Detail::All,
        }
    }
}

/// `step-01.svg` and so on, in a folder that is made where there is none.
fn write_steps(explanation: &Explanation, style: Style, folder: &Path) -> Result<(), Failure> {
    make_folder(folder).map_err(|error| {
        Error::new(format!("{} cannot be made", folder.shown())).caused_by(error)
    })?;
    let pictures = explanation.pictures_of_steps(style);
    let digits = pictures.len().to_string().len();
    for (at, picture) in pictures.enumerate() {
        let number = at + 1;
        write_new(
            &folder.join(format!("step-{number:0digits$}.svg")),
            &picture,
        )?;
    }
    Ok(())
}
