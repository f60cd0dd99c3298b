package dev.sluice.local.kinesis;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Operations on streams as wholes. Changes are done when they are answered, so a stream is always ACTIVE. */
final class StreamOperations {
    // The service's default of a region; more would only cost file handles.
    private static final int MOST_SHARDS = 500;
    private static final int LEAST_RETENTION_HOURS = 24;
    private static final int MOST_RETENTION_HOURS = 8_760;
    private static final int ON_DEMAND_SHARDS = 4;
    private static final int MOST_TAGS = 50;

    private final Streams streams;

    StreamOperations(Streams streams) {
        this.streams = streams;
    }

    void register(Map<String, Operation> operations) {
        operations.put("CreateStream", this::create);
        operations.put("DeleteStream", this::delete);
        operations.put("ListStreams", this::list);
        operations.put("DescribeStream", this::describe);
        operations.put("DescribeStreamSummary", this::describeSummary);
        operations.put("DescribeLimits", this::limits);
        operations.put("IncreaseStreamRetentionPeriod", request -> retention(request, true));
        operations.put("DecreaseStreamRetentionPeriod", request -> retention(request, false));
        operations.put("AddTagsToStream", this::addTags);
        operations.put("ListTagsForStream", this::listTags);
    }

    private Answer create(ApiRequest request) throws IOException {
        String mode = request.object("StreamModeDetails").text("StreamMode");
        boolean onDemand = "ON_DEMAND".equals(mode);
        int shards = onDemand
                ? request.number("ShardCount", ON_DEMAND_SHARDS, 1, 1_000_000)
                : request.requiredNumber("ShardCount", 1, 1_000_000);
        if (shards > MOST_SHARDS) {
            throw ApiException.limitExceeded("A stream here has at most " + MOST_SHARDS + " shards.");
        }
        streams.create(
                request.requiredStreamName(), shards, onDemand ? "ON_DEMAND" : "PROVISIONED", request.texts("Tags"));
        return Answer.EMPTY;
    }

    private Answer delete(ApiRequest request) throws IOException {
        streams.delete(request.requiredStreamName());
        return Answer.EMPTY;
    }

    private Answer list(ApiRequest request) {
        int limit = request.number("Limit", 100, 1, 10_000);
        String token = request.text("NextToken");
        String given = request.text("ExclusiveStartStreamName");
        String after = token != null ? Tokens.decode(token, 1, "NextToken").getFirst() : given == null ? "" : given;
        List<StreamState> states = streams.all().stream()
                .map(Stream::state)
                .filter(state -> state.name().compareTo(after) > 0)
                .toList();
        List<StreamState> page = states.subList(0, Math.min(limit, states.size()));
        boolean more = page.size() < states.size();
        return out -> {
            out.texts("StreamNames", page.stream().map(StreamState::name).toList());
            out.flag("HasMoreStreams", more);
            out.text("NextToken", more ? Tokens.encode(page.getLast().name()) : null);
            out.objects("StreamSummaries", page, state -> writeHead(out, state));
        };
    }

    private Answer describe(ApiRequest request) {
        StreamState state = streams.get(request.requiredStreamName()).state();
        int limit = request.number("Limit", 100, 1, 10_000);
        String given = request.text("ExclusiveStartShardId");
        List<ShardState> shards = state.shards().stream()
                .filter(shard -> given == null || shard.shardId().compareTo(given) > 0)
                .toList();
        List<ShardState> page = shards.subList(0, Math.min(limit, shards.size()));
        return answer -> answer.object("StreamDescription", out -> {
            writeDescription(out, state);
            out.objects("Shards", page, shard -> ShardOperations.write(out, shard));
            out.flag("HasMoreShards", page.size() < shards.size());
        });
    }

    private Answer describeSummary(ApiRequest request) {
        StreamState state = streams.get(request.requiredStreamName()).state();
        return answer -> answer.object("StreamDescriptionSummary", out -> {
            writeDescription(out, state);
            out.number("OpenShardCount", openShards(state));
            out.number("ConsumerCount", 0);
        });
    }

    private static void writeHead(AnswerWriter out, StreamState state) throws IOException {
        out.text("StreamName", state.name());
        out.text("StreamARN", Arn.of(state.name()));
        out.text("StreamStatus", "ACTIVE");
        out.object("StreamModeDetails", mode -> mode.text("StreamMode", state.mode()));
        out.time("StreamCreationTimestamp", Instant.ofEpochMilli(state.createdMillis()));
    }

    private static void writeDescription(AnswerWriter out, StreamState state) throws IOException {
        writeHead(out, state);
        out.number("RetentionPeriodHours", Math.max(1, state.retention().toHours()));
        out.objects("EnhancedMonitoring", List.of("none"), _ -> out.texts("ShardLevelMetrics", List.of()));
        out.text("EncryptionType", "NONE");
    }

    private static long openShards(StreamState state) {
        return state.shards().stream().filter(ShardState::isOpen).count();
    }

    private Answer limits(ApiRequest request) {
        List<StreamState> states = streams.all().stream().map(Stream::state).toList();
        return out -> {
            out.number("ShardLimit", MOST_SHARDS);
            out.number(
                    "OpenShardCount",
                    states.stream().mapToLong(StreamOperations::openShards).sum());
            out.number(
                    "OnDemandStreamCount",
                    states.stream()
                            .filter(state -> state.mode().equals("ON_DEMAND"))
                            .count());
            out.number("OnDemandStreamCountLimit", 50);
        };
    }

    private Answer retention(ApiRequest request, boolean up) throws IOException {
        Stream stream = streams.get(request.requiredStreamName());
        int hours = request.requiredNumber("RetentionPeriodHours", 1, MOST_RETENTION_HOURS);
        Duration wanted = Duration.ofHours(hours);
        int way = wanted.compareTo(stream.state().retention());
        if (hours < LEAST_RETENTION_HOURS || (up ? way < 0 : way > 0)) {
            throw ApiException.invalidArgument("Retention period of " + hours + " hours must be at least "
                    + LEAST_RETENTION_HOURS + " and " + (up ? "no less" : "no more") + " than the stream's.");
        }
        stream.change(state -> state.withRetention(wanted));
        return Answer.EMPTY;
    }

    private Answer addTags(ApiRequest request) throws IOException {
        streams.get(request.requiredStreamName()).change(state -> {
            Map<String, String> tags = new HashMap<>(state.tags());
            tags.putAll(request.texts("Tags"));
            if (tags.size() > MOST_TAGS) {
                throw ApiException.invalidArgument("A stream has at most " + MOST_TAGS + " tags.");
            }
            return state.withTags(tags);
        });
        return Answer.EMPTY;
    }

    private Answer listTags(ApiRequest request) {
        TreeMap<String, String> tags =
                new TreeMap<>(streams.get(request.requiredStreamName()).state().tags());
        return out -> {
            out.objects("Tags", List.copyOf(tags.entrySet()), tag -> {
                out.text("Key", tag.getKey());
                out.text("Value", tag.getValue());
            });
            out.flag("HasMoreTags", false);
        };
    }
}
