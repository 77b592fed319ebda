#!/usr/bin/env bash
# Runs `iam-refine refine --check ARGUMENTS` for an action: the results as SARIF, the text for the
# summary of the job, what is said about it in the log, and the exit code. ARGUMENTS and BASELINE are
# the inputs of action.yml.
set -euo pipefail

folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/iam-refine.XXXXXX")

# Words as in a shell, without anything being run or expanded.
if ! xargs printf '%s\0' <<<"${ARGUMENTS?}" >"$folder/arguments"; then
  echo "::error title=Unused permissions::the arguments cannot be read: is each quote closed?"
  exit 2
fi
arguments=()
while IFS= read -r -d '' word; do
  arguments+=("$word")
done <"$folder/arguments"
if [ -n "${BASELINE:-}" ]; then
  arguments+=(--baseline "$BASELINE")
fi

# Leaves the exit code in `code`; what is printed becomes an output, if anything is.
check() {
  code=0
  iam-refine refine --check "${arguments[@]}" --format "$1" >"$folder/$2" || code=$?
  if [ -s "$folder/$2" ]; then
    echo "$1=$folder/$2" >>"$GITHUB_OUTPUT"
  fi
}

check sarif unused.sarif
if [ "$code" -le 1 ]; then
  # The same again, of which the log knows already.
  sarif=$code
  check markdown unused.md 2>"$folder/log"
  if [ "$code" != "$sarif" ]; then
    cat "$folder/log" >&2
    exit "$code"
  fi
  cat "$folder/unused.md" >>"$GITHUB_STEP_SUMMARY"
fi
if [ "$code" = 1 ]; then
  echo unused=true >>"$GITHUB_OUTPUT"
  echo "::error title=Unused permissions::something is granted that nobody uses; the summary tells what"
elif [ "$code" = 0 ]; then
  echo unused=false >>"$GITHUB_OUTPUT"
fi
exit "$code"
