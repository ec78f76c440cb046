#!/bin/sh
# Publishes what `deno task release` has made: publish.sh DIR TAG. Everything is there before anybody is pointed at it:
# a draft on GitHub, the platforms' packages, then the package that asks for them, and at last the draft is no draft
# any more. What is there already is passed by, so that one that broke off can be started again. A version such as
# 1.0.0-rc.1 is nobody's newest.
#
# GH_TOKEN may write releases. NPM_TOKEN may publish the packages; without it npm is left out, and that is said.
set -eu
[ $# = 2 ] || { echo "Usage: publish.sh DIR TAG" >&2; exit 2; }
dir=$1 tag=$2 version=${2#v}
case $version in
  *-*) shown='--prerelease --latest=false' npm_tag=next ;;
  *) shown=--latest npm_tag=latest ;;
esac

publish_package() {
  name=$(sed -n 's/^  "name": "\(.*\)",$/\1/p' "$1/package.json")
  if npm view "$name@$version" version >/dev/null 2>&1; then
    echo "$name@$version is there"
  else
    npm publish --access public --provenance --tag "$npm_tag" "$1"
  fi
}

gh release view "$tag" >/dev/null 2>&1 ||
  gh release create "$tag" --draft --verify-tag --title "imp $version" --notes-file "$dir/notes.md"
gh release upload "$tag" --clobber "$dir"/assets/* "$dir/imp.rb"

if [ -z "${NPM_TOKEN-}" ]; then
  echo "No NPM_TOKEN: nothing is published on npm"
else
  config=$(mktemp)
  trap 'rm -f "$config"' EXIT
  registry=$(npm config get registry)
  # npm itself puts the variable's value in its place, so that the token is in no file.
  printf '%s:_authToken=${NPM_TOKEN}\n' "${registry#http*:}" >"$config"
  export NPM_CONFIG_USERCONFIG="$config"
  for package in "$dir"/npm/*-*; do publish_package "$package"; done
  publish_package "$dir/npm/imp"
fi

# shellcheck disable=SC2086 # Several words.
gh release edit "$tag" --draft=false $shown
