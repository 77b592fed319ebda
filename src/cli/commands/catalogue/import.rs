//! `iam-refine catalogue import`: a catalogue of AWS's service reference.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::catalogue::{Catalogue, Import, is_index};
use crate::cli::clock::today;
use crate::cli::exit::Failure;
use crate::cli::speak::eprint_line;
use crate::intake::read;
use crate::store::write_new;
use crate::text::{Error, Json, Problems, Shown};

/// Make a catalogue of AWS's service reference: a JSON file a service
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    iam-refine catalogue import reference/ -o catalogue.txt\n  \
    iam-refine refine policy.json findings.json --catalogue catalogue.txt\n  \
    curl https://servicereference.us-east-1.amazonaws.com/v1/s3/s3.json | \
    iam-refine catalogue import -\n\n\
    The catalogue is dated today, or on SOURCE_DATE_EPOCH. An action that the catalogue in use has \
    keeps the day on which it was first seen.")]
pub struct Arguments {
    /// Files of the service reference, or folders that hold such files; `-` for standard input
    #[arg(required = true, value_name = "DIR|FILE")]
    files: Vec<PathBuf>,

    /// Write the catalogue to this file, which must not be there; otherwise it is printed
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

/// Imports all files, or says all that is wrong with any of them.
pub fn run(arguments: &Arguments, known: &Catalogue, out: &mut impl Write) -> Result<(), Failure> {
    let mut import = Import::default();
    let mut problems = Vec::new();
    for path in &arguments.files {
        for file in files(path).map_err(|error| cannot_read(path, error))? {
            match add(&mut import, &file) {
                Err(Failure::Error(Error::Problems(found))) => problems.extend(found),
                added => added?,
            }
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    let Some(catalogue) = import.finish("the import", known, today()?) else {
        return Err(Failure::with_help(
            "none of the files holds an action",
            "give files of AWS's service reference, or a folder of such files (*.json)",
        ));
    };
    match &arguments.output {
        None => write!(out, "{catalogue}")?,
        Some(path) => {
            write_new(path, &catalogue.to_string())?;
            eprint_line(format_args!("wrote {}", path.shown()));
        }
    }
    eprint_line(format_args!(
        "{} services, {} actions",
        catalogue.service_names().len(),
        catalogue.len()
    ));
    Ok(())
}

fn add(import: &mut Import, path: &Path) -> Result<(), Failure> {
    let file = read(path)?;
    // The index may be in the same folder as what it lists.
    if !is_index(&Json::parse(&file)?) {
        import.add(&file)?;
    }
    Ok(())
}

/// The file itself, or the JSON files of a folder and the folders in it, in order.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = std::fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.path();
        // A folder behind a symbolic link is not entered: it could be this one.
        if entry.file_type()?.is_dir() {
            found.extend(files(&path)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            found.push(path);
        }
    }
    Ok(found)
}

fn cannot_read(path: &Path, error: io::Error) -> Error {
    Error::new(format!("{} cannot be read", path.shown())).caused_by(error)
}
