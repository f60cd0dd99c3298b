#!/bin/sh
# Puts the list of crawlers of package-lock.json into the directory $1, from the npm registry, with its version and licence.
# Without npm, or without a network on the first build, the build goes on: fewer bots are then known, and the consumer says so.
set -u
out=$1
package=node_modules/crawler-user-agents
list=$package/crawler-user-agents.json

if [ ! -f "$list" ] || [ -n "$(find package-lock.json -newer node_modules/.package-lock.json 2>&1)" ]; then
  if ! command -v npm >/dev/null 2>&1; then
    echo "WARNING: npm is not here, so the processor is built without the list of crawlers. Install Node.js and build again." >&2
    exit 0
  fi
  if ! said=$(npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error 2>&1); then
    echo "WARNING: npm could not get the list of crawlers, so the processor is built without it:" >&2
    printf '%s\n' "$said" | head -n 5 >&2
    exit 0
  fi
fi

mkdir -p "$out" || exit 1
if ! cmp -s "$list" "$out/crawlers.json" || [ ! -f "$out/version.txt" ]; then
  cp "$list" "$out/crawlers.json" && cp "$package/LICENSE" "$out/LICENSE.txt" || exit 1
  sed -n 's/^ *"version": *"\([0-9A-Za-z.-]*\)".*/\1/p' "$package/package.json" | head -n 1 > "$out/version.txt"
fi
