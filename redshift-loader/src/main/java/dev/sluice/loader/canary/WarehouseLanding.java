package dev.sluice.loader.canary;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Looks for canaries among the page views; reads the newest blocks only, by the sort key. Thread-safe; blocks. */
final class WarehouseLanding implements Canaries.Landing {
    /** The site that analysts' views leave out. */
    static final String SITE = "sluice-canary";

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private final JdbcClient warehouse;

    WarehouseLanding(DataSource source) {
        this.warehouse = JdbcClient.create(source);
    }

    @Override
    public Map<UUID, List<Instant>> rows(List<UUID> eventIds, Instant receivedAfter) {
        var rows = new HashMap<UUID, List<Instant>>();
        warehouse
                .sql("SELECT event_id, loaded_at FROM page_views WHERE received_at >= CAST(:after AS TIMESTAMP)"
                        + " AND site_id = :site AND event_id IN (:ids) ORDER BY loaded_at")
                .param("after", TIMESTAMP.format(receivedAfter))
                .param("site", SITE)
                .param("ids", eventIds.stream().map(UUID::toString).toList())
                .query((row, number) -> rows.computeIfAbsent(UUID.fromString(row.getString(1)), _ -> new ArrayList<>())
                        .add(row.getObject(2, LocalDateTime.class).toInstant(ZoneOffset.UTC)))
                .list();
        return rows;
    }
}
