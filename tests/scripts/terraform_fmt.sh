#!/usr/bin/env bash
# Whether `terraform fmt` finds as little to do in edited files as it did before:
#   TF_SOURCES=FOLDER bash tests/scripts/terraform_fmt.sh
# edits the policies of all files of a folder at random, proves each, and asks terraform about both.
set -euo pipefail
cd "$(dirname "$0")/../.."
TF_EDITED=$(mktemp -d)
export TF_EDITED TF_CLI_CONFIG_FILE=/dev/null
trap 'rm -rf "$TF_EDITED"' EXIT
cargo test --quiet --test terraform_random -- --ignored --nocapture
clean=0 spoiled=0
while IFS= read -r before; do
    after=${before/\/before\//\/after\/}
    if terraform fmt -check "$before" > /dev/null 2>&1; then
        clean=$((clean + 1))
        if ! terraform fmt -check -diff "$after"; then
            spoiled=$((spoiled + 1))
        fi
    fi
done < <(find "$TF_EDITED/before" -name '*.tf')
echo "$clean files were clean before, $spoiled are not any more"
[ "$spoiled" -eq 0 ]
