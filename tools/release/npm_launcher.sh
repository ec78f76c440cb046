#!/bin/sh
# Becomes the imp of this machine's platform package. Of /bin/sh and not of Node, which takes longer to start than imp;
# and looked for at each start, so that nothing has to be run when it is installed.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in /*) self=$link ;; *) self=${self%/*}/$link ;; esac
done
case $(uname -s) in Linux) os=linux ;; Darwin) os=darwin ;; *) os=$(uname -s) ;; esac
case $(uname -m) in x86_64 | amd64) cpu=x64 ;; aarch64 | arm64) cpu=arm64 ;; *) cpu=$(uname -m) ;; esac
package=@SCOPE@/$os-$cpu
dir=$(cd "${self%/*}/.." && pwd -P) || exit 1
while :; do
  imp=$dir/node_modules/$package/bin/imp
  [ -x "$imp" ] && exec "$imp" "$@"
  [ -n "$dir" ] || break
  dir=${dir%/*}
done
echo "imp: The package $package is not installed beside @SCOPE@/imp" >&2
echo "hint: imp is built for Linux with glibc and macOS, on x64 and arm64; install without --omit=optional" >&2
exit 1
