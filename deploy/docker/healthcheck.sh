#!/usr/bin/env bash
# healthcheck PORT        succeeds when something listens there
# healthcheck PORT PATH   succeeds when GET PATH there answers 200
# The image has neither curl nor wget; bash can open a connection by itself.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/$1"
if [[ $# -gt 1 ]]; then
  printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&3
  read -r -t 5 _ status _ <&3
  [[ "$status" == 200 ]]
fi
