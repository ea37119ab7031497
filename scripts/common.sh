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

# Tools that are built or fetched once lie in a folder of the cache that is named by what they are: a later run finds it.
# Each of these sets TOOLS to that folder; whoever else makes the same one meanwhile is waited for.

# python_tools NAME REQUIREMENTS: a Python with the packages of a file.
python_tools() {
    TOOLS=$CACHE/tools/$1-$(sha256sum "$2" | cut -c1-12)
    made_once make_python "$2"
}

# go_tool MODULE VERSION: the program of a Go module, named as the module's last part.
go_tool() {
    TOOLS=$CACHE/tools/${1##*/}-$2
    made_once make_go "$1" "$2"
}

# cargo_tool CRATE VERSION: the programs of a crate, in bin/.
cargo_tool() {
    TOOLS=$CACHE/tools/$1-$2
    made_once make_cargo "$1" "$2"
}

# A folder that is not complete was left by a run that was cut off.
made_once() {
    [ ! -e "$TOOLS/complete" ] || return 0
    mkdir -p "$CACHE/tools"
    exec 9>"$TOOLS.lock"
    flock 9
    if [ ! -e "$TOOLS/complete" ]; then
        rm -rf "$TOOLS"
        echo "makes $TOOLS, once" >&2
        "$@" >&2
        touch "$TOOLS/complete"
    fi
    exec 9>&-
}

make_python() {
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "python3 is older than 3.11"
    python3 -m venv "$TOOLS"
    "$TOOLS/bin/python" -m pip install --quiet --no-deps --require-hashes --only-binary :all: -r "$1"
}

make_go() {
    type -P go >/dev/null || fail "${1##*/} $2 is built by Go, which is missing; scripts/needs says how to install it"
    GOBIN=$TOOLS go install "$1@v$2" || fail "${1##*/} $2 did not build"
}

make_cargo() {
    CARGO_TARGET_DIR=$TOOLS/build cargo install --locked --root "$TOOLS" "$1" --version "$2"
    rm -rf "$TOOLS/build"
}
