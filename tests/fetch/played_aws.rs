//! A program that plays `aws` for the tests: it answers out of the account that `world.json` in the
//! folder `PLAYED_AWS` describes, writes down how it was called, and misbehaves where the world says.
//!
//! It knows the calls that `iam-refine fetch` makes and no other, and refuses what it does not know.
//! Its words and exit codes are those of the command that it plays: `cli` in the world says which.

#[path = "played/account.rs"]
mod account;
#[path = "played/answers.rs"]
mod answers;
#[path = "played/arguments.rs"]
mod arguments;
#[path = "played/calls.rs"]
mod calls;
#[path = "played/errors.rs"]
mod errors;
#[path = "played/faults.rs"]
mod faults;
#[path = "played/json.rs"]
mod json;
#[path = "played/world.rs"]
mod world;

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use account::Account;
use calls::Call;
use errors::Failure;
use json::Json;
use world::World;

fn main() -> ExitCode {
    let folder = PathBuf::from(env::var_os("PLAYED_AWS").expect("PLAYED_AWS names a folder"));
    let arguments: Vec<String> = env::args().skip(1).collect();
    let world = read_world(&folder);
    let call = Call::begin(&folder, &arguments);
    let faults = faults::at(&world, &call);
    let exit = match answer(&world, &call, &faults) {
        Ok(answer) => faults::print(&answer, &faults),
        Err(failure) => {
            let told = faults::message(&failure.text, &faults);
            let _ = io::stderr().write_all(told.as_bytes());
            failure.exit
        }
    };
    call.end(exit);
    ExitCode::from(exit)
}

fn read_world(folder: &Path) -> World {
    let text = fs::read_to_string(folder.join("world.json")).expect("world.json is read");
    serde_json::from_str(&text).expect("world.json describes an account")
}

/// What it prints when all goes well.
fn answer(world: &World, call: &Call, faults: &[&faults::Fault]) -> Result<Json, Failure> {
    let cli = &world.cli;
    if call.arguments == ["--version"] {
        faults::before(faults, call, None, world)?;
        return Ok(Json::Text(format!("{cli}\n")));
    }
    let asked = arguments::parse(&faults::replaced(&call.arguments, faults), cli)?;
    let account = Account::of(world, &asked)?;
    faults::before(faults, call, Some(&account), world)?;
    let answer = answers::of(&account, call)?;
    Ok(faults::changed(answer, faults))
}
