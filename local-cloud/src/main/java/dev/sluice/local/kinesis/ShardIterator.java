package dev.sluice.local.kinesis;

import java.time.Instant;
import java.util.List;

/**
 * Where a reader goes on.
 *
 * @param streamId so that a stream made anew under the name isn't read with it
 * @param position of the first record that may be read
 * @param givenMillis from then it is good for five minutes
 */
record ShardIterator(String stream, String streamId, int shard, long position, long givenMillis) {
    private static final String WHAT = "ShardIterator";

    static ShardIterator parse(String token) {
        List<String> fields = Tokens.decode(token, 5, WHAT);
        return new ShardIterator(
                fields.get(0),
                fields.get(1),
                (int) Tokens.number(fields.get(2), WHAT),
                Tokens.number(fields.get(3), WHAT),
                Tokens.number(fields.get(4), WHAT));
    }

    ShardIterator next(long nextPosition, long nowMillis) {
        return new ShardIterator(stream, streamId, shard, nextPosition, nowMillis);
    }

    void checkAge(long nowMillis) {
        if (Tokens.expired(givenMillis, nowMillis)) {
            throw ApiException.expiredIterator("Iterator expired. The iterator was created at time "
                    + Instant.ofEpochMilli(givenMillis) + " while right now it is " + Instant.ofEpochMilli(nowMillis)
                    + " which is further in the future than the tolerated delay of " + Tokens.LIFETIME.toMillis()
                    + " milliseconds.");
        }
    }

    @Override
    public String toString() {
        return Tokens.encode(
                stream, streamId, Integer.toString(shard), Long.toString(position), Long.toString(givenMillis));
    }
}
