//! The script that applies all changes of a folder.

use std::fmt::Write;

use super::folder::ScriptFolder;
use crate::aws::shell::word;

/// `apply-all.sh`: runs the `apply.sh` of each folder, up to the first that stops. What is applied
/// already is passed over, so that it can be run again.
pub fn apply_all(folders: &[ScriptFolder<'_, '_>]) -> String {
    let mut calls = String::new();
    for folder in folders {
        let _ = writeln!(calls, "apply {}", word(&folder.name));
    }
    format!("{BEGIN}\n{calls}{END}")
}

const BEGIN: &str = r#"#!/bin/sh
# Runs the apply.sh of each folder, up to the first that stops. Run again, it goes on.
# Written by iam-refine.
#
# usage: sh apply-all.sh [--dry-run]
#   --dry-run: makes all checks of all folders and changes nothing
set -eu
unset CDPATH IFS

stop() {
  printf 'stopped: %s\n' "$*" >&2
  exit 1
}

dry_run=no
for argument; do
  case $argument in
  --dry-run) dry_run=yes ;;
  *) stop 'usage: sh apply-all.sh [--dry-run]' ;;
  esac
done
cd -- "$(dirname -- "$0")"

# apply FOLDER: one that was taken away is not to be applied.
failed=no
apply() {
  printf '\n%s\n' "$1"
  if [ ! -e "./$1" ]; then
    printf 'passed over: there is no such folder\n'
  elif [ "$dry_run" = yes ]; then
    sh "./$1/apply.sh" --dry-run || failed=yes
  else
    sh "./$1/apply.sh" || stop "at $1; when that is put right, run apply-all.sh again"
  fi
}
"#;

const END: &str = r#"
[ "$failed" = no ] || stop 'not all checks passed; nothing was changed'
[ "$dry_run" = no ] || exit 0
cat <<'END'

All is applied. What to watch for in the days to come: AccessDenied (or UnauthorizedOperation) in
the logs of what runs with these permissions, and events with that errorCode in CloudTrail. The
message names the action and the principal; find the action in the REVIEW.md of one of that
principal's policies, and take that policy back: sh FOLDER/rollback.sh
END
"#;
