# shellcheck shell=bash
# What the scripts share. Source it; it goes to the root of the repository.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/jubilee
# Outside of the checkout, so that fresh clones share it.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}
