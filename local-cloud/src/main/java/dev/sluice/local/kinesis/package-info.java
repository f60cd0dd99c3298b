/**
 * A Kinesis Data Streams endpoint on loopback: the operations that a producer and the Kinesis Client Library need, in JSON
 * and CBOR, with the service's limits, records on disk, and faults on demand.
 */
@NullMarked
package dev.sluice.local.kinesis;

import org.jspecify.annotations.NullMarked;
