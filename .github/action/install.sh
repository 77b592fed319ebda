#!/usr/bin/env bash
# Installs the release that the action is of, unless the machine has the program.
set -euo pipefail

if command -v iam-refine >/dev/null; then
  echo "$(iam-refine --version), which this machine has"
  exit
fi
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
release=$GITHUB_SERVER_URL/$GITHUB_ACTION_REPOSITORY/releases/download/v$version
folder=$RUNNER_TEMP/iam-refine
mkdir -p "$folder"
# The installer knows the checksums of the archives.
curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 \
  --output "$folder/install.sh" "$release/iam-refine-installer.sh"
CARGO_HOME=$folder IAM_REFINE_NO_MODIFY_PATH=1 sh "$folder/install.sh"
echo "$folder/bin" >>"$GITHUB_PATH"
