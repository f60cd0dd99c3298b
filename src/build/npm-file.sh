#!/bin/sh
# Puts one file of an npm package, as package-lock.json of this folder pins it, where the build wants it, with its version and licence.
# Without npm, or without a network on the first build, the build goes on without the file, and this says what that costs.
#   npm-file.sh PACKAGE FILE LICENCE DIRECTORY NAME COST
set -u
package=node_modules/$1
file=$package/$2
licence=$package/$3
out=$4
name=$5
cost=$6

if [ ! -f "$file" ] || [ -n "$(find package-lock.json -newer node_modules/.package-lock.json 2>&1)" ]; then
  if ! command -v npm >/dev/null 2>&1; then
    echo "WARNING: npm is not here, so $cost. Install Node.js and build again." >&2
    exit 0
  fi
  if ! said=$(npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error 2>&1); then
    echo "WARNING: npm could not get $1, so $cost:" >&2
    printf '%s\n' "$said" | head -n 5 >&2
    exit 0
  fi
fi

mkdir -p "$out" || exit 1
if ! cmp -s "$file" "$out/$name" || [ ! -f "$out/version.txt" ]; then
  # A process that runs may read it now and then: it must never see half of it.
  cp "$file" "$out/$name.new" && mv "$out/$name.new" "$out/$name" || exit 1
  cp "$licence" "$out/LICENSE.txt" || exit 1
  sed -n 's/^ *"version": *"\([0-9A-Za-z.-]*\)".*/\1/p' "$package/package.json" | head -n 1 > "$out/version.txt"
fi
