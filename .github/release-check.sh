#!/usr/bin/env bash
# Refuses a release that is not ready: the first job of the release workflow, given the tag.
set -euo pipefail
cd "$(dirname "$0")/.."

tag=${1:-}
# Of the package, which comes before everything else in Cargo.toml.
value() { sed -n "s/^$1 = \"\(.*\)\"\$/\1/p" Cargo.toml | head -n 1; }
version=$(value version)
faults=0
fault() {
  echo "release-check: $1" >&2
  faults=1
}

for address in repository homepage; do
  case $(value "$address") in
    '') fault "Cargo.toml has no $address" ;;
    *OWNER*) fault "$address in Cargo.toml still says OWNER: write the address of the repository there" ;;
  esac
done
if [ -n "$tag" ] && [ "$tag" != "v$version" ]; then
  fault "the tag is $tag, and Cargo.toml has version $version"
fi
grep -q "^## $version\b" CHANGELOG.md || fault "CHANGELOG.md has no chapter '## $version'"
for page in README.md docs/installing.md; do
  if grep -q 'no release yet' "$page"; then
    fault "$page still says that there is no release yet"
  fi
done
exit $faults
