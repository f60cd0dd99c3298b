#!/bin/sh
# Puts the published browser tracker of package-lock.json into the directory $1, from the npm registry, with its version and licence.
# Without npm, or without a network on the first build, the build goes on: the collector then serves no script, and says so.
set -u
out=$1
package=node_modules/@snowplow/browser-tracker
script=$package/dist/index.umd.min.js

if [ ! -f "$script" ] || [ -n "$(find package-lock.json -newer node_modules/.package-lock.json 2>&1)" ]; then
  if ! command -v npm >/dev/null 2>&1; then
    echo "WARNING: npm is not here, so the collector is built without the browser tracker. Install Node.js and build again." >&2
    exit 0
  fi
  if ! said=$(npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error 2>&1); then
    echo "WARNING: npm could not get the browser tracker, so the collector is built without it:" >&2
    printf '%s\n' "$said" | head -n 5 >&2
    exit 0
  fi
fi

mkdir -p "$out" || exit 1
if ! cmp -s "$script" "$out/sp.js" || [ ! -f "$out/version.txt" ]; then
  cp "$script" "$out/sp.js" && cp "$package/LICENSE" "$out/LICENSE.txt" || exit 1
  sed -n 's/^ *"version": *"\([0-9A-Za-z.-]*\)".*/\1/p' "$package/package.json" | head -n 1 > "$out/version.txt"
fi
