/** The cloud that fits on one machine: Kinesis, DynamoDB, S3 and Redshift on loopback, started and stopped together. */
@NullMarked
package dev.sluice.local;

import org.jspecify.annotations.NullMarked;
