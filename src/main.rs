//! The `iam-refine` program: everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    iam_refine::cli::run()
}
