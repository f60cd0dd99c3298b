package dev.sluice.loader.staging;

import dev.sluice.common.table.Table;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What makes a staged batch exist: written last, after every file it names is durable, and never changed. Immutable.
 *
 * @param version of this format, {@value #VERSION}
 * @param batchId unique for ever: shard, first and last sequence number
 * @param range which part of the stream the batch holds
 * @param minReceivedAt of all rows of facts; of a batch that has none, by {@link Table#timeColumn} of what it has
 * @param maxReceivedAt likewise
 * @param enrichVersion of the code that made the rows
 * @param dataVersions of the data files that they were made with; empty when there were none, and in what an older release staged
 * @param files at most one per table, none of them empty
 */
public record BatchDescriptor(
        int version,
        String batchId,
        Range range,
        Instant minReceivedAt,
        Instant maxReceivedAt,
        String enrichVersion,
        String dataVersions,
        List<StagedFile> files) {

    public static final int VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            // A later release may add fields; the loader of this one must still load its batches.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * @param shard Kinesis' shard id
     * @param first sequence number of the first record, as Kinesis gave it
     * @param last sequence number of the last record, inclusive
     */
    public record Range(String shard, String first, String last) {
        public Range {
            require(shard, "shard");
            require(first, "first");
            require(last, "last");
        }
    }

    /**
     * @param table whose rows it holds
     * @param key in the staging bucket
     * @param rows as COPY must count them
     * @param bytes compressed
     * @param sha256 of the compressed bytes, lower-case hex
     */
    public record StagedFile(Table table, String key, long rows, long bytes, String sha256) {
        public StagedFile {
            require(table, "table");
            require(key, "key");
            require(sha256, "sha256");
        }
    }

    public BatchDescriptor {
        require(batchId, "batchId");
        require(range, "range");
        require(minReceivedAt, "minReceivedAt");
        require(maxReceivedAt, "maxReceivedAt");
        require(enrichVersion, "enrichVersion");
        dataVersions = orEmpty(dataVersions);
        files = List.copyOf(files);
        if (version != VERSION) {
            throw new IllegalArgumentException("descriptor version " + version + " is not known, only " + VERSION);
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("batch " + batchId + " names no files");
        }
        if (files.stream().map(StagedFile::table).distinct().count() != files.size()) {
            throw new IllegalArgumentException("batch " + batchId + " names a table twice");
        }
    }

    /** What lies in the bucket may lack anything; a load that stumbles over it would stand in everybody's way. */
    private static void require(@Nullable Object part, String name) {
        if (part == null) {
            throw new IllegalArgumentException("the descriptor has no " + name);
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Whether it has rows that were made of hits; else the line tells of itself only. */
    public boolean hasFacts() {
        return files.stream().anyMatch(file -> file.table().isFact());
    }

    /** Rows over all tables. */
    public long rows() {
        return files.stream().mapToLong(StagedFile::rows).sum();
    }

    public byte[] toJson() {
        return JSON.writeValueAsBytes(this);
    }

    /** @throws IllegalArgumentException when the bytes are not a descriptor of this version */
    public static BatchDescriptor fromJson(byte[] json) {
        try {
            // JSON's null is read as null.
            BatchDescriptor read = JSON.readValue(json, BatchDescriptor.class);
            if (read != null) {
                return read;
            }
            throw new IllegalArgumentException("not a batch descriptor: null");
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a batch descriptor: " + e.getOriginalMessage(), e);
        }
    }
}
