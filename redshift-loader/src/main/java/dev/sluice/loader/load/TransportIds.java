package dev.sluice.loader.load;

import java.util.List;
import java.util.stream.Collectors;

/** When two rows, of whatever tables, are of the same event of the same hit. Stateless. */
final class TransportIds {
    private static final List<String> COLUMNS = List.of("ingest_epoch", "ingest_seq", "ingest_index");

    private TransportIds() {}

    /** The id's columns, each of {@code alias}. */
    static String columns(String alias) {
        return COLUMNS.stream().map(column -> alias + "." + column).collect(Collectors.joining(", "));
    }

    /** The time is part of what a repeat carries along, and what tables are sorted by. A whole request that is bad has no index. */
    static String same(String one, String other) {
        return one + ".received_at = " + other + ".received_at AND " + one + ".ingest_epoch = " + other
                + ".ingest_epoch AND " + one + ".ingest_seq = " + other + ".ingest_seq AND COALESCE(" + one
                + ".ingest_index, -1) = COALESCE(" + other + ".ingest_index, -1)";
    }

    /** When they are of the same hit, of whichever event. */
    static String sameRequest(String one, String other) {
        return one + ".received_at = " + other + ".received_at AND " + one + ".ingest_epoch = " + other
                + ".ingest_epoch AND " + one + ".ingest_seq = " + other + ".ingest_seq";
    }
}
