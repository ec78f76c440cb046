#!/bin/sh
# Tries an executable on the system that it was built for: smoke.sh FILE. It starts, and passes the end-to-end stories.
set -eu
[ $# = 1 ] || { echo "Usage: smoke.sh FILE" >&2; exit 2; }
# On its way between two machines it has lost its rights.
chmod 755 "$1"
imp=$(cd "${1%/*}" && pwd)/${1##*/}
"$imp" --version
cd "${0%/*}/../.."
IMP_TEST_EXECUTABLE=$imp deno test --allow-all --parallel --no-check tests/e2e
