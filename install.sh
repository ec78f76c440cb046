#!/bin/sh
# Installs imp, or brings it to its newest release: sh install.sh [--version V] [--dir DIR]
#
# Into ~/.local/bin, for one user and without sudo. What was downloaded is used only when it has the sum of SHA256SUMS,
# and when `gh` is there and logged in, only when it was built by the repository's own workflow. IMP_VERSION and
# IMP_INSTALL_DIR are as the flags; IMP_RELEASES is another place with the releases (docs/releasing.md).

# What is meant by `a && b || fail` is that either may fail; and a hint may have backquotes.
# shellcheck disable=SC2015,SC2016
set -u

# Filled in by a release.
repository=OWNER/imp

main() {
  version=${IMP_VERSION-} dir=${IMP_INSTALL_DIR-} work='' fresh=''
  read_words "$@"
  trap tidy EXIT
  trap 'exit 130' HUP INT TERM
  releases=${IMP_RELEASES:-https://github.com/$repository/releases}
  [ -n "$dir" ] || dir=${HOME:?imp: HOME is not set}/.local/bin
  find_target
  check_libc
  find_tools
  make_room
  choose_archive
  download "$releases/download/v$version/$archive" "$work/$archive"
  check_sum
  check_origin
  unpack
  put_in_place
  tell
}

read_words() {
  while [ $# -gt 0 ]; do
    case $1 in
      --version=*) version=${1#*=} ;;
      --dir=*) dir=${1#*=} ;;
      --version | --dir)
        [ $# -gt 1 ] || fail "$1 needs a value"
        case $1 in --version) version=$2 ;; *) dir=$2 ;; esac
        shift
        ;;
      -h | --help)
        echo 'Usage: sh install.sh [--version V] [--dir DIR]'
        exit 0
        ;;
      *) fail "Not an option: $1" 'sh install.sh [--version V] [--dir DIR]' ;;
    esac
    shift
  done
  version=${version#v}
}

# Says what could not be done and what to do about it; nothing was changed then.
fail() {
  echo "imp: $1" >&2
  [ $# -lt 2 ] || echo "hint: $2" >&2
  exit 1
}

tidy() {
  [ -z "$work" ] || rm -rf "$work"
  [ -z "$fresh" ] || rm -f "$fresh"
}

find_target() {
  os=$(uname -s) cpu=$(uname -m)
  # What runs translated says so, and the machine is another.
  [ "$os" != Darwin ] || [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" != 1 ] || cpu=arm64
  case $cpu in
    x86_64 | amd64) cpu=x86_64 ;;
    aarch64 | arm64) cpu=aarch64 ;;
    *) fail "There is no imp for $cpu machines" 'It is built for x86-64 and arm64' ;;
  esac
  case $os in
    Linux) target=$cpu-unknown-linux-gnu ;;
    Darwin) target=$cpu-apple-darwin ;;
    *) fail "There is no imp for $os" 'It is built for Linux and macOS; on Windows it runs in WSL' ;;
  esac
}

# The runtime that imp is built on needs the C library of GNU, 2.27 or newer.
check_libc() {
  [ "$os" = Linux ] || return 0
  glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null) || glibc=
  case $glibc in
    'glibc '*) ;;
    *)
      case $(ldd --version 2>&1) in
        *musl*) fail 'There is no imp for musl (Alpine): it needs glibc' 'Use it in a container of Debian, or on another system' ;;
      esac
      # Neither tells: the binary itself is tried before it is put in place.
      return 0
      ;;
  esac
  minor=${glibc#glibc 2.} minor=${minor%%[!0-9]*}
  [ "${minor:-99}" -ge 27 ] || fail "imp needs glibc 2.27 or newer, and this is $glibc"
}

find_tools() {
  if has curl; then getter=curl
  elif has wget; then getter=wget
  else fail 'Neither curl nor wget is there to download with' 'Install one of them'; fi
  if has sha256sum; then summer='sha256sum'
  elif has shasum; then summer='shasum -a 256'
  elif has openssl; then summer='openssl dgst -sha256 -r'
  else fail 'Nothing is there to check the download with' 'Install sha256sum, shasum or openssl'; fi
  has tar && has gzip || fail 'tar and gzip are needed to unpack the download' 'Install them'
}

has() {
  command -v "$1" >/dev/null 2>&1
}

# Before the download, so that nobody waits for what cannot be put anywhere.
make_room() {
  mkdir -p "$dir" 2>/dev/null && [ -d "$dir" ] && [ -w "$dir" ] ||
    fail "Cannot write to $dir" "Choose a directory of your own: sh install.sh --dir DIR"
  dir=$(cd "$dir" && pwd) || exit 1
  [ ! -d "$dir/imp" ] || fail "$dir/imp is a directory" "Choose another: sh install.sh --dir DIR"
  work=$(mktemp -d) || fail 'Cannot make a temporary directory' 'Is there space? TMPDIR names another place'
}

choose_archive() {
  if [ -n "$version" ]; then download "$releases/download/v$version/SHA256SUMS" "$work/SHA256SUMS"
  else download "$releases/latest/download/SHA256SUMS" "$work/SHA256SUMS"; fi
  line=$(grep -E "^[0-9a-f]{64} [ *]imp-[0-9][0-9A-Za-z.-]*-$target\.tar\.gz\$" "$work/SHA256SUMS") ||
    fail "The release at $releases has nothing for $target" 'Is it a release of imp?'
  line=$(echo "$line" | head -n 1)
  sum=${line%% *} archive=${line##*[ *]}
  found=${archive#imp-} found=${found%"-$target.tar.gz"}
  [ "${version:-$found}" = "$found" ] || fail "Asked for $version, and $releases has $found"
  version=$found
}

download() {
  case $getter in
    curl) curl -fsSL --retry 2 -o "$2" "$1" ;;
    wget) wget -q -O "$2" "$1" ;;
  esac || fail "Cannot download $1: it is not there, or broke off" 'Try again; is that version released?'
}

check_sum() {
  is=$($summer "$work/$archive") is=${is%% *}
  [ "$is" = "$sum" ] || fail "$archive is not what SHA256SUMS says: cut off, or changed on the way" \
    'Nothing was installed; try again, and tell the maintainers if it stays so'
}

# The sum comes from where the archive comes from: it shows a broken download, not a broken release. The provenance does.
check_origin() {
  proven=
  [ "$repository" != OWNER/imp ] && has gh && gh auth status >/dev/null 2>&1 || return 0
  gh attestation verify "$work/$archive" --repo "$repository" >/dev/null 2>"$work/why" ||
    fail "$archive was not built by the workflow of $repository: $(tail -n 1 "$work/why")" \
      'Nothing was installed; tell the maintainers'
  proven=', built by its workflow'
}

unpack() {
  inside=${archive%.tar.gz}
  gzip -dc "$work/$archive" | tar -xf - -C "$work" && [ -f "$work/$inside/imp" ] ||
    fail "Cannot unpack $archive" 'Is there space in the temporary directory? TMPDIR names another'
}

# Tried where it will be: a file system may forbid programs. Then renamed, so that an imp that runs is not written to.
put_in_place() {
  fresh=$dir/.imp.$$
  cp "$work/$inside/imp" "$fresh" && chmod 755 "$fresh" ||
    fail "Cannot write to $dir" 'Is there space? It takes 100 MB'
  says=$("$fresh" --version 2>&1) ||
    fail "imp does not start in $dir: $(echo "$says" | head -n 1)" \
      'Does that file system allow programs? Choose another: sh install.sh --dir DIR'
  mv -f "$fresh" "$dir/imp" || fail "Cannot write to $dir"
  fresh=
  data=${XDG_DATA_HOME:-$HOME/.local/share}
  place imp.1 "$data/man/man1/imp.1"
  place completions/imp.bash "$data/bash-completion/completions/imp"
  place completions/imp.fish "$data/fish/vendor_completions.d/imp.fish"
}

# What is only good to have must not fail what is done.
place() {
  mkdir -p "${2%/*}" 2>/dev/null && cp "$work/$inside/$1" "$2" 2>/dev/null || :
}

tell() {
  echo "Installed imp $version as $dir/imp (sum checked$proven)"
  first=$(command -v imp 2>/dev/null) || first=
  case :$PATH: in
    *":$dir:"*)
      case $first in
        '' | "$dir/imp") ;;
        *) echo "Another one comes before it in your PATH: $first" ;;
      esac
      ;;
    *) tell_path ;;
  esac
  case ${SHELL-} in
    */zsh) echo 'For completion: source <(imp completion zsh), in ~/.zshrc after compinit' ;;
  esac
  echo 'Type `imp help`; in a project, `imp run -- COMMAND`'
}

tell_path() {
  echo "$dir is not in your PATH. For this shell and those to come:"
  case ${SHELL-} in
    */fish) echo "  fish_add_path $dir" ;;
    *)
      case ${SHELL-} in
        */zsh) rc=$HOME/.zshrc ;;
        */bash) rc=$HOME/.bashrc ;;
        *) rc=$HOME/.profile ;;
      esac
      echo "  export PATH=\"$dir:\$PATH\"; echo 'export PATH=\"$dir:\$PATH\"' >> $rc"
      ;;
  esac
}

# At the very end: a script that was cut off on its way does nothing.
main "$@"
