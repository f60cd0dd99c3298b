package dev.sluice.local.kinesis;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Operations on the shards of a stream: listing them, and making more or fewer. */
final class ShardOperations {
    private static final String TOKEN = "NextToken";

    private final Streams streams;

    ShardOperations(Streams streams) {
        this.streams = streams;
    }

    void register(Map<String, Operation> operations) {
        operations.put("ListShards", this::list);
        operations.put("SplitShard", this::split);
        operations.put("MergeShards", this::merge);
        operations.put("UpdateShardCount", this::updateCount);
    }

    /**
     * What a ListShards goes on with; a NextToken holds all of it, as it comes back alone.
     *
     * @param after only shards behind this one, "" for all
     * @param filterValue a shard id or milliseconds, "" if the type needs none
     */
    private record Listing(String stream, String after, String filterType, String filterValue) {
        static Listing of(ApiRequest request) {
            ApiRequest filter = request.object("ShardFilter");
            String type = filter.has("Type") || request.has("ShardFilter") ? filter.requiredText("Type") : "";
            String after = request.text("ExclusiveStartShardId");
            return new Listing(
                    request.requiredStreamName(), after == null ? "" : after, type, filterValue(filter, type));
        }

        private static String filterValue(ApiRequest filter, String type) {
            return switch (type) {
                case "AFTER_SHARD_ID" -> filter.requiredText("ShardId");
                case "AT_TIMESTAMP", "FROM_TIMESTAMP" -> {
                    var time = filter.time("Timestamp");
                    if (time == null) {
                        throw ApiException.invalidArgument(type + " needs a Timestamp.");
                    }
                    yield Long.toString(time.toEpochMilli());
                }
                default -> "";
            };
        }

        static Listing parse(String token, long nowMillis) {
            List<String> fields = Tokens.decode(token, 5, TOKEN);
            if (Tokens.expired(Tokens.number(fields.get(4), TOKEN), nowMillis)) {
                throw ApiException.expiredNextToken("The NextToken is older than five minutes.");
            }
            return new Listing(fields.get(0), fields.get(1), fields.get(2), fields.get(3));
        }

        String next(String lastShardId, long nowMillis) {
            return Tokens.encode(stream, lastShardId, filterType, filterValue, Long.toString(nowMillis));
        }
    }

    private Answer list(ApiRequest request) {
        int most = request.number("MaxResults", 1_000, 1, 10_000);
        String token = request.text(TOKEN);
        if (token != null && (request.has("StreamName") || request.has("ExclusiveStartShardId"))) {
            throw ApiException.invalidArgument("NextToken and StreamName cannot be provided together.");
        }
        Listing listing = token == null ? Listing.of(request) : Listing.parse(token, streams.nowMillis());
        Stream stream = streams.get(listing.stream());
        StreamState state = stream.state();
        Predicate<ShardState> filter = filter(listing, state, streams.nowMillis());
        List<ShardState> shards = state.shards().stream()
                .filter(shard -> shard.shardId().compareTo(listing.after()) > 0)
                .filter(filter)
                .toList();
        List<ShardState> page = shards.subList(0, Math.min(most, shards.size()));
        String next = page.size() == shards.size()
                ? null
                : listing.next(page.getLast().shardId(), streams.nowMillis());
        return out -> {
            out.objects("Shards", page, shard -> write(out, shard));
            out.text(TOKEN, next);
        };
    }

    private static Predicate<ShardState> filter(Listing listing, StreamState state, long nowMillis) {
        // At the horizon are the shards whose parents, if they had any, are forgotten.
        Predicate<ShardState> atHorizon = shard ->
                shard.parents().noneMatch(parent -> state.shards().stream().anyMatch(other -> other.index() == parent));
        long horizon = Math.max(state.createdMillis(), nowMillis - state.retentionMillis());
        return switch (listing.filterType()) {
            case "", "FROM_TRIM_HORIZON" -> _ -> true;
            case "AT_LATEST" -> ShardState::isOpen;
            case "AT_TRIM_HORIZON" -> atHorizon;
            case "AFTER_SHARD_ID" -> shard -> shard.shardId().compareTo(listing.filterValue()) > 0;
            case "AT_TIMESTAMP" -> {
                long at = Tokens.number(listing.filterValue(), TOKEN);
                yield at <= horizon ? atHorizon : shard -> shard.wasOpenAt(at);
            }
            case "FROM_TIMESTAMP" -> {
                long from = Tokens.number(listing.filterValue(), TOKEN);
                yield shard -> !shard.closedBefore(from);
            }
            default -> throw ApiException.validation("Value '" + listing.filterType() + "' at 'shardFilter.type'");
        };
    }

    private Answer split(ApiRequest request) throws IOException {
        streams.get(request.requiredStreamName())
                .split(
                        request.requiredText("ShardToSplit"),
                        HashRange.parseKey(request.requiredText("NewStartingHashKey")));
        return Answer.EMPTY;
    }

    private Answer merge(ApiRequest request) throws IOException {
        streams.get(request.requiredStreamName())
                .merge(request.requiredText("ShardToMerge"), request.requiredText("AdjacentShardToMerge"));
        return Answer.EMPTY;
    }

    private Answer updateCount(ApiRequest request) throws IOException {
        Stream stream = streams.get(request.requiredStreamName());
        int target = request.requiredNumber("TargetShardCount", 1, 500);
        if (!"UNIFORM_SCALING".equals(request.requiredText("ScalingType"))) {
            throw ApiException.validation("Value at 'scalingType' must be UNIFORM_SCALING");
        }
        int current = stream.openShards().size();
        if (target > current * 2 || target < (current + 1) / 2) {
            throw ApiException.invalidArgument(
                    "UpdateShardCount cannot go over double or below half of the open shards."
                            + " Current open shard count: " + current + " Target shard count: " + target);
        }
        stream.updateShardCount(target);
        String name = stream.state().name();
        return out -> {
            out.text("StreamName", name);
            out.number("CurrentShardCount", current);
            out.number("TargetShardCount", target);
            out.text("StreamARN", Arn.of(name));
        };
    }

    static void write(AnswerWriter out, ShardState shard) throws IOException {
        out.text("ShardId", shard.shardId());
        out.text("ParentShardId", id(shard.parent()));
        out.text("AdjacentParentShardId", id(shard.adjacentParent()));
        writeRange(out, shard);
        out.object("SequenceNumberRange", range -> {
            range.text("StartingSequenceNumber", number(shard, shard.startPosition()));
            Long end = shard.endPosition();
            range.text("EndingSequenceNumber", end == null ? null : number(shard, end));
        });
    }

    static void writeRange(AnswerWriter out, ShardState shard) throws IOException {
        out.object("HashKeyRange", range -> {
            range.text("StartingHashKey", shard.firstHash());
            range.text("EndingHashKey", shard.lastHash());
        });
    }

    private static @Nullable String id(@Nullable Integer index) {
        return index == null ? null : ShardState.id(index);
    }

    private static String number(ShardState shard, long position) {
        return new SequenceNumber(position, shard.index()).toString();
    }
}
