//! The scripts that apply all changes of a folder, and take them all back.

use std::fmt::Write;

use super::folder::ScriptFolder;
use super::lines::{ScriptOption, head};
use crate::aws::shell::word;

/// `apply-all.sh`: runs the `apply.sh` of each folder, up to the first that stops. What is applied
/// already is passed over, so that it can be run again.
pub fn apply_all(folders: &[ScriptFolder<'_, '_>]) -> String {
    let begin = head(
        "apply-all.sh",
        "Runs the apply.sh of each folder, up to the first that stops. Run again, it goes on.",
        &[DRY_RUN, KEEP_GOING],
        SET_UP,
    );
    let calls = calls("apply", folders.iter());
    format!("{begin}{INTERRUPTED}{APPLY}\n{calls}{ALL_APPLIED}")
}

/// `rollback-all.sh`: runs the `rollback.sh` of each folder from which something was applied, the last
/// one first. One that stops keeps nothing from the others.
pub fn rollback_all(folders: &[ScriptFolder<'_, '_>]) -> String {
    let begin = head(
        "rollback-all.sh",
        "Runs the rollback.sh of each folder from which something was applied, the last one first.",
        &[DRY_RUN],
        SET_UP,
    );
    let calls = calls("rollback", folders.iter().rev());
    format!("{begin}{INTERRUPTED}{ROLLBACK}\n{calls}{ALL_ROLLED_BACK}")
}

/// A line for each folder, which calls `function`.
fn calls<'r>(function: &str, folders: impl Iterator<Item = &'r ScriptFolder<'r, 'r>>) -> String {
    let mut calls = String::new();
    for folder in folders {
        let _ = writeln!(calls, "{function} {}", word(&folder.name));
    }
    calls
}

const DRY_RUN: ScriptOption = ScriptOption {
    name: "--dry-run",
    variable: "dry_run",
    help: "makes all checks of all folders and changes nothing",
};

const KEEP_GOING: ScriptOption = ScriptOption {
    name: "--keep-going",
    variable: "keep_going",
    help: "goes on past a folder that stops, and names it in the end",
};

const SET_UP: &str = "set -eu\nunset CDPATH IFS\n";

const INTERRUPTED: &str = r"
# Whoever interrupts one of them means all.
trap 'exit 1' HUP INT TERM
";

const APPLY: &str = r#"
# apply FOLDER: one that was taken away is not to be applied.
failed=''
apply() {
  printf '\n%s\n' "$1"
  if [ ! -e "./$1" ]; then
    printf 'passed over: there is no such folder\n'
  elif [ "$dry_run" = yes ]; then
    sh "./$1/apply.sh" --dry-run || failed="$failed
  $1"
  elif [ "$keep_going" = yes ]; then
    sh "./$1/apply.sh" || failed="$failed
  $1"
  else
    sh "./$1/apply.sh" || stop "at $1; when that is put right, run apply-all.sh again; with" \
      '--keep-going it goes on past what stops'
  fi
}
"#;

const ALL_APPLIED: &str = r#"
if [ "$dry_run" = yes ]; then
  [ -z "$failed" ] || stop "nothing was changed; not all checks passed of:$failed"
  exit 0
fi
[ -z "$failed" ] || stop "all is applied but for these, and apply-all.sh may be run again:$failed"
cat <<'END'

All is applied. What to watch for in the days to come: AccessDenied (or UnauthorizedOperation) in
the logs of what runs with these permissions, and events with that errorCode in CloudTrail. The
message names the action and the principal; find the action in the REVIEW.md of one of that
principal's policies, and take that policy back: sh FOLDER/rollback.sh
To take back all of them: sh rollback-all.sh
END
"#;

const ROLLBACK: &str = r#"
# rollback FOLDER: where nothing is applied, nothing is to be taken back.
failed=''
rollback() {
  printf '\n%s\n' "$1"
  if [ ! -s "./$1/applied.log" ]; then
    printf 'passed over: nothing is applied from this folder\n'
  elif [ "$dry_run" = yes ]; then
    sh "./$1/rollback.sh" --dry-run || failed="$failed
  $1"
  else
    sh "./$1/rollback.sh" || failed="$failed
  $1"
  fi
}
"#;

const ALL_ROLLED_BACK: &str = r#"
[ -z "$failed" ] || stop "not all is taken back; run this again when what is said of these is put right:$failed"
[ "$dry_run" = no ] || exit 0
printf '\nAll is taken back.\n'
"#;
