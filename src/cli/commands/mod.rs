//! The commands, one file each: its `Arguments`, and a `run` that does it. A new one is a file, a
//! variant of [`Command`] and its arm; what several share is in `shared_arguments.rs`.

mod batch;
mod catalogue;
mod completions;
mod demo;
mod denied;
mod explain;
mod fetch;
mod learn;
mod man;
mod picture;
pub(super) mod refine;
mod review;
mod verify;

use clap::Subcommand;

use super::exit::{Exit, Failure};
use super::speak::eprint_line;
use crate::store::finish_interrupted_writes;

/// A command with its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(demo::Arguments),
    Fetch(fetch::Arguments),
    Review(review::Arguments),
    Refine(refine::Arguments),
    Verify(verify::Arguments),
    Explain(explain::Arguments),
    Picture(picture::Arguments),
    Learn(learn::Arguments),
    Denied(denied::Arguments),
    Batch(batch::Arguments),
    Catalogue(catalogue::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

impl Command {
    /// Does what is asked for.
    pub fn run(&self) -> Result<Exit, Failure> {
        // What is read next is not to be half of an earlier write.
        let writes = match self {
            Command::Review(_) => Some(true),
            Command::Refine(arguments) => Some(arguments.writes()),
            _ => None,
        };
        let finished = writes.map(finish_interrupted_writes).unwrap_or_default();
        for one in &finished {
            eprint_line(format_args!("note: {}", one.said));
        }
        let exit = self.run_alone()?;
        // What this run says of itself is not to be all that is said at its end.
        for one in finished.iter().filter(|one| one.changes) {
            eprint_line(format_args!("note: before all this, {}", one.said));
        }
        Ok(exit)
    }

    fn run_alone(&self) -> Result<Exit, Failure> {
        match self {
            Command::Demo(arguments) => demo::run(arguments),
            Command::Fetch(arguments) => fetch::run(arguments),
            Command::Review(arguments) => review::run(arguments),
            Command::Refine(arguments) => refine::run(arguments),
            Command::Verify(arguments) => verify::run(arguments),
            Command::Explain(arguments) => explain::run(arguments),
            Command::Picture(arguments) => picture::run(arguments),
            Command::Learn(arguments) => learn::run(arguments),
            Command::Denied(arguments) => denied::run(arguments),
            Command::Batch(arguments) => batch::run(arguments),
            Command::Catalogue(arguments) => catalogue::run(arguments),
            Command::Completions(arguments) => completions::run(arguments),
            Command::Man(arguments) => man::run(arguments),
        }
    }
}
