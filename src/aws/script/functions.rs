//! Functions of the shell that several scripts have, as text.

/// What every script has: stopping, knowing its files, and writing down what it does.
///
/// A step is written down before it begins and after it has ended, and both are on the disk before
/// anything else is done. So only a step whose script was killed has no known end. The call itself
/// is kept from signals, which the script obeys when the end is written.
pub(super) const ALL: &str = r#"
# refuse WHY: stops, and says what was changed until now.
refuse() {
  [ ! -s applied.log ] || stop "$*; applied.log tells what was changed until now"
  stop "$*; nothing was changed"
}

# must_be FILE SHA256: refuses a file that is not the one this script was written with.
must_be() {
  if command -v sha256sum >/dev/null; then
    sum=$(sha256sum <"$1")
  else
    sum=$(shasum -a 256 <"$1")
  fi || refuse "the SHA-256 of $1 cannot be taken"
  [ "${sum%% *}" = "$2" ] || refuse "$1 is not the file that this script was written with"
}

# lock: lets nothing else apply or roll back from this folder.
lock() {
  trap 'exit 1' HUP INT TERM
  mkdir applied.lock 2>/dev/null || locked
  trap 'rm -f applied.lock/holder; rmdir applied.lock' EXIT
  printf '%s %s\n' "$$" "$(uname -n)" >applied.lock/holder || stop 'applied.lock cannot be written'
}

# locked: refuses, and tells whose lock it is. It is never taken over: of two who find a lock that is
# left over, one could remove that of the other.
locked() {
  [ -e applied.lock ] || refuse 'applied.lock cannot be made in this folder'
  pid='' host=''
  [ ! -f applied.lock/holder ] || read -r pid host <applied.lock/holder || :
  case $pid in
  '' | *[!0-9]*) refuse 'another script runs here, or one was killed as it began; when none runs:' \
    'rm -r applied.lock' ;;
  esac
  [ "$host" = "$(uname -n)" ] || refuse "another script runs here, process $pid of $host, or was" \
    'killed; when it does not run there any more: rm -r applied.lock'
  if kill -0 "$pid" 2>/dev/null || [ -e "/proc/$pid" ] || ps -p "$pid" >/dev/null 2>&1; then
    refuse "another script runs here: process $pid. If that is something else, it was killed, and" \
      'what it left is removed by: rm -r applied.lock'
  fi
  refuse "the script that ran here was killed: process $pid does not run any more. Remove what it" \
    'left, and run this one again: rm -r applied.lock'
}

# open_log NAME: begins what this run writes down, on a line of its own: when, whose credentials it has,
# and what wrote the script.
open_log() {
  [ "$dry_run" = no ] || return 0
  note "
# $1 at $(date -u +%Y-%m-%dT%H:%M:%SZ) by $caller, written by $written_by${IAM_REFINE_NOTE:+: $IAM_REFINE_NOTE}"
  note "begin $1"
}

# note WORDS: writes a line into applied.log, and has it on the disk.
note() {
  printf '%s\n' "$*" >>applied.log || stop "applied.log cannot be written, and lacks: $*"
  sync
}

# how_ended STEP: sets $ended to finished or failed; to begin when its end is not known; or to nothing.
how_ended() {
  ended=
  [ -e applied.log ] || return 0
  [ -f applied.log ] || stop 'applied.log is not a file'
  while read -r how what; do
    [ "$what" != "$1" ] || ended=$how
  done <applied.log || stop 'applied.log cannot be read'
}

# step NAME COMMAND...: does it, and writes down that it begins, what it prints and how it ends. No
# signal but KILL comes between.
interrupted=no
step() {
  name=$1
  shift
  if [ "$dry_run" = yes ]; then
    printf 'would be done: %s\n' "$name"
    return 0
  fi
  trap 'interrupted=yes' HUP INT TERM
  note "begin $name"
  if printed=$(trap '' HUP INT TERM && "$@"); then
    [ -z "$printed" ] || note "printed $printed"
    note "finished $name"
  else
    note "failed $name"
    printf 'failed: %s; applied.log tells what was done. To go on, run it again\n' "$name" >&2
    return 1
  fi
  trap 'exit 1' HUP INT TERM
  [ "$interrupted" = no ] || stop 'interrupted; applied.log tells what was done. To go on, run it again'
}"#;

/// Tells apart what AWS does not have from what could not be asked.
pub(super) const ASK: &str = r#"
# ask COMMAND...: prints what it prints, or `gone` when AWS does not have what it is about.
ask() {
  reply=$("$@" 2>/dev/null) || reply=$("$@" 2>&1) || case $reply in
  *NoSuchEntity*) reply=gone ;;
  *)
    printf '%s\n' "$reply" >&2
    return 1
    ;;
  esac
  printf '%s\n' "$reply"
}"#;

pub(super) const WAIT_FOR: &str = r#"
# wait_for CHECK: what was written may take a moment to be read everywhere.
wait_for() {
  [ "$dry_run" = no ] || return 0
  tries=0
  until [ "$("$1")" = true ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 10 ] || stop 'it was changed, but AWS does not show it yet; look again in a while'
    sleep 2
  done
}"#;

pub(super) const FINISH_APPLY: &str = r#"
# finish WHAT
finish() {
  printf 'done: %s\n' "$1"
  printf 'watch for AccessDenied, in logs and as the errorCode in CloudTrail; to undo: rollback.sh\n'
  exit 0
}
"#;

pub(super) const FINISH_ROLLBACK: &str = r#"
# finish WHAT: what is undone is not undone again.
finish() {
  [ "$left" = no ] || stop 'what is named above is left as it is, and applied.log stays'
  if [ "$dry_run" = yes ]; then
    printf 'nothing was changed; without --dry-run: %s\n' "$1"
    exit 0
  fi
  cat applied.log >>rolled-back.log
  rm applied.log
  printf 'done: %s\n' "$1"
  exit 0
}
"#;

/// What rollbacks have besides.
pub(super) const LEAVE: &str = r#"
# leave WHAT: goes on, and says what stays as it is.
left=no
leave() {
  printf 'left as it is: %s\n' "$*" >&2
  left=yes
}"#;

/// Tells which lines were not there before. They may be more than fit into the arguments of a command.
pub(super) const ADDED: &str = r#"
# added NOW BEFORE: the lines of NOW that BEFORE does not have.
added() {
  printf '%s\n/\n%s\n' "$2" "$1" |
    awk '$0 == "/" { is_now = 1; next } !is_now { before[$0]; next } $0 != "" && !($0 in before)'
}"#;

/// Tells whether there is a line.
pub(super) const HAS: &str = r#"
# has LINES LINE: yes or no.
has() {
  case "
$1
" in
  *"
$2
"*) echo yes ;;
  *) echo no ;;
  esac
}"#;
