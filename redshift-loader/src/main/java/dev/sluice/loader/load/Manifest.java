package dev.sluice.loader.load;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one COPY reads. Every file is mandatory, which Redshift does not assume: without it a missing file is a silent loss.
 *
 * @param entries in load order
 */
record Manifest(List<Entry> entries) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** @param content_length the file's size; as Redshift spells it */
    record Meta(long content_length) {}

    record Entry(String url, boolean mandatory, Meta meta) {}

    Manifest {
        entries = List.copyOf(entries);
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("a manifest names at least one file");
        }
    }

    static Entry entry(String bucket, String key, long bytes) {
        return new Entry(CopyStatement.uri(bucket, key), true, new Meta(bytes));
    }

    byte[] toJson() {
        return JSON.writeValueAsBytes(this);
    }
}
