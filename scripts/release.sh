# shellcheck shell=bash
# What the scripts of a release share. Source it; it goes to the root of the repository.
#
#   VERSION   the release, with or without a v; default: the one in Cargo.toml
#   IMAGE     where the image lives, such as ghcr.io/OWNER/jubilee; default: jubilee, on this machine
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly DIST=dist

IN_CARGO=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n1)
VERSION=${VERSION:-$IN_CARGO}
VERSION=${VERSION#v}
IMAGE=${IMAGE:-jubilee}
# An owner's name may have capitals, an image's may not.
IMAGE=${IMAGE,,}

# The same source gives the same bytes: no file is younger than its commit.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

must_be_this_version() {
    [ "$VERSION" = "$IN_CARGO" ] || fail "the release is called $VERSION, but Cargo.toml says $IN_CARGO"
}

needs_command() {
    type -P "$1" >/dev/null || fail "missing: $1; $2"
}

needs_registry() {
    [ "$IMAGE" != jubilee ] || fail "say where the image lives: IMAGE=ghcr.io/OWNER/jubilee"
}

# Writes SHA256SUMS of all that a release has so far.
write_sums() {
    (cd "$DIST" && find . -maxdepth 1 -type f \( -name '*.tar.gz' -o -name '*.json' \) ! -name '*.sigstore.json' \
        -printf '%f\n' | sort | xargs sha256sum >SHA256SUMS)
    cat "$DIST/SHA256SUMS"
}

# What the tag of this version's image stands for, as NAME@sha256:...
image_by_digest() {
    local digest
    digest=$(docker buildx imagetools inspect "$IMAGE:$VERSION" --format '{{.Manifest.Digest}}')
    [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || fail "$IMAGE:$VERSION has no digest: $digest"
    echo "$IMAGE@$digest"
}

# Built once, from the module that the checksum database knows.
cosign() {
    go_tool github.com/sigstore/cosign/v2/cmd/cosign 2.6.1
    "$TOOLS/cosign" "$@"
}
