#!/bin/sh
# Puts the country database of package-lock.json into the directory $1, from the npm registry, with its version and licence.
# Without npm, or without a network on the first build, the build goes on: the line on one machine then knows no countries.
set -u
out=$1
package=node_modules/@ip-location-db/geo-whois-asn-country-mmdb
database=$package/geo-whois-asn-country.mmdb

if [ ! -f "$database" ] || [ -n "$(find package-lock.json -newer node_modules/.package-lock.json 2>&1)" ]; then
  if ! command -v npm >/dev/null 2>&1; then
    echo "WARNING: npm is not here, so ./sluice up will know no countries. Install Node.js and build again." >&2
    exit 0
  fi
  if ! said=$(npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error 2>&1); then
    echo "WARNING: npm could not get the country database, so ./sluice up will know no countries:" >&2
    printf '%s\n' "$said" | head -n 5 >&2
    exit 0
  fi
fi

mkdir -p "$out" || exit 1
if ! cmp -s "$database" "$out/country.mmdb" || [ ! -f "$out/version.txt" ]; then
  # A line that runs reads it now and then: it must never see half of it.
  cp "$database" "$out/country.mmdb.new" && mv "$out/country.mmdb.new" "$out/country.mmdb" || exit 1
  cp "$package/NRO_LICENSE" "$out/LICENSE.txt" || exit 1
  sed -n 's/^ *"version": *"\([0-9A-Za-z.-]*\)".*/\1/p' "$package/package.json" | head -n 1 > "$out/version.txt"
fi
