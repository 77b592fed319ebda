//! The folders that belong to the program's user.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use crate::text::Error;

/// What the folders of the program are called.
const PROGRAM: &str = "iam-refine";

/// Where the program keeps what it was doing: `$XDG_STATE_HOME/iam-refine` or its like.
///
/// # Errors
/// The user has no home.
pub fn state_folder() -> Result<PathBuf, Error> {
    let strategy = strategy()?;
    let base = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
    Ok(base.join(PROGRAM))
}

/// Where the program keeps what it fetched: `$XDG_DATA_HOME/iam-refine` or its like.
///
/// # Errors
/// The user has no home.
pub fn data_folder() -> Result<PathBuf, Error> {
    Ok(strategy()?.data_dir().join(PROGRAM))
}

/// Where the bytes are kept of files that are written over.
///
/// # Errors
/// The user has no home.
pub fn replaced_folder() -> Result<PathBuf, Error> {
    Ok(state_folder()?.join("replaced"))
}

fn strategy() -> Result<impl BaseStrategy, Error> {
    etcetera::choose_base_strategy().map_err(|error| Error::new(error.to_string()))
}
