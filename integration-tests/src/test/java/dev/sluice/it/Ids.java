package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rule of every fault test: what was acknowledged has landed, and each once. */
final class Ids {
    private Ids() {}

    static Set<String> lost(Set<String> acknowledged, Set<String> landed) {
        var lost = new HashSet<>(acknowledged);
        lost.removeAll(landed);
        return lost;
    }

    static void assertNothingLost(Set<String> acknowledged, Set<String> landed) {
        Set<String> lost = lost(acknowledged, landed);
        assertThat(lost.size())
                .as(
                        "lost of %d acknowledged, such as %s",
                        acknowledged.size(), lost.stream().limit(3).toList())
                .isZero();
    }

    /** Page views of the warehouse with this site id. */
    static Set<String> inWarehouse(Line line, String siteId) throws Exception {
        var ids = new HashSet<String>();
        for (List<String> row : line.query("select event_id from page_views where site_id = '" + siteId + "'")) {
            ids.add(row.getFirst());
        }
        return ids;
    }

    /** By the browser's id, and by the line's own. */
    static void assertEachOnce(Line line, String siteId) throws Exception {
        List<String> counts = line.query("select count(*), count(distinct event_id),"
                        + " count(distinct ingest_epoch || '/' || ingest_seq || '/' || ingest_index)"
                        + " from page_views where site_id = '" + siteId + "'")
                .getFirst();
        assertThat(counts.get(1)).as("distinct event ids of all rows").isEqualTo(counts.get(0));
        assertThat(counts.get(2)).as("distinct transport ids of all rows").isEqualTo(counts.get(0));
    }
}
