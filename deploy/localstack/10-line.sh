#!/usr/bin/env bash
# Makes the line's stream and bucket. LocalStack runs it when it is ready; running it again changes nothing.
set -euo pipefail

if ! awslocal kinesis describe-stream-summary --stream-name "$SLUICE_STREAM" > /dev/null 2>&1; then
  awslocal kinesis create-stream --stream-name "$SLUICE_STREAM" --shard-count "$SLUICE_SHARDS"
fi
awslocal kinesis wait stream-exists --stream-name "$SLUICE_STREAM"

# Last: the container is healthy when the bucket is there.
if ! awslocal s3api head-bucket --bucket "$SLUICE_BUCKET" > /dev/null 2>&1; then
  awslocal s3api create-bucket --bucket "$SLUICE_BUCKET" > /dev/null
fi
echo "stream $SLUICE_STREAM and bucket $SLUICE_BUCKET are there"
