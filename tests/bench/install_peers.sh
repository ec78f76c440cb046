#!/usr/bin/env bash
# Installs the tools that imp is measured beside into a folder of their own: install_peers.sh [FOLDER] [PEER…].
# Nothing outside of the folder is touched but the package managers' caches; what cannot be had is named at the end
# and skipped by the benchmarks. Rust and Go build from source, niced: that takes a while on a small machine.
set -uo pipefail

readonly ALL="pm2 supervisor task-spooler pueue pitchfork gob process-compose"
folder="${1:-$(dirname "${BASH_SOURCE[0]}")/../../dist/peers}"
[ $# -gt 0 ] && shift
mkdir -p "$folder/bin" && folder="$(cd "$folder" && pwd)" || exit 1
readonly folder log="$folder/install.log"

# Each prints nothing, leaves its programs in $folder/bin, and fails where the peer cannot be had.
install_pm2() {
  npm install --no-fund --no-audit --prefix "$folder/pm2" pm2@7.0.4 &&
    ln -sf ../pm2/node_modules/.bin/pm2 "$folder/bin/pm2"
}

install_supervisor() {
  python3 -m venv "$folder/supervisor" &&
    "$folder/supervisor/bin/pip" install --quiet supervisor==4.3.0 setuptools==80.9.0 &&
    ln -sf ../supervisor/bin/supervisord ../supervisor/bin/supervisorctl "$folder/bin/"
}

install_task-spooler() {
  mkdir -p "$folder/task-spooler" &&
    (cd "$folder/task-spooler" && apt-get download task-spooler && dpkg -x ./*.deb .) &&
    ln -sf ../task-spooler/usr/bin/tsp "$folder/bin/tsp"
}

install_pueue() { install_crate pueue 4.0.4 && ln -sf ../pueue/bin/pueue ../pueue/bin/pueued "$folder/bin/"; }

install_pitchfork() {
  install_crate pitchfork-cli 2.33.0 && ln -sf ../pitchfork-cli/bin/pitchfork "$folder/bin/pitchfork"
}

install_crate() { nice -n 15 cargo install --locked --quiet --root "$folder/$1" "$1@$2"; }

install_gob() { install_module github.com/juanibiapina/gob@latest gob; }

install_process-compose() { install_module github.com/f1bonacc1/process-compose@v1.85.0 process-compose; }

# Not by `go install`, which asks the proxy for all versions, and not every proxy tells.
install_module() {
  local source
  source="$(go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')" && [ -n "$source" ] &&
    (cd "$source" && nice -n 15 go build -trimpath -buildvcs=false -o "$folder/bin/$2" .)
}

failed=()
for peer in ${*:-$ALL}; do
  case " $ALL " in *" $peer "*) ;; *) echo "no such peer: $peer (there are: $ALL)" >&2; exit 2 ;; esac
  printf '%s … ' "$peer"
  if "install_$peer" >>"$log" 2>&1 </dev/null; then echo installed; else
    echo "NOT installed, see $log"
    failed+=("$peer")
  fi
done
echo "in $folder/bin: $(ls "$folder/bin" | tr '\n' ' ')"
[ ${#failed[@]} -eq 0 ] || echo "absent: ${failed[*]}"
