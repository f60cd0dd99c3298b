package dev.sluice.local.kinesis;

import java.math.BigInteger;

/**
 * A record that a client wants to put.
 *
 * @param at its place in the call
 */
record PutEntry(int at, byte[] partitionKey, byte[] data, BigInteger hash) {
    int bytes() {
        return partitionKey.length + data.length;
    }
}
