package dev.sluice.cli.tap;

import dev.sluice.cli.tap.Differences.Change;
import dev.sluice.cli.tap.Differences.Compared;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** For people: a line an event, of what one looks for first. What a terminal would obey is not passed on to it. */
final class TextView implements View {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
    private static final int MOST_BODY = 2_000;
    private static final int MOST_RAW = 200;

    private final Paint paint;

    TextView(Paint paint) {
        this.paint = paint;
    }

    @Override
    public String row(Row row) {
        return switch (row.table()) {
            case PAGE_VIEWS ->
                line(
                        row,
                        paint.good("page_view"),
                        text(row, Columns.PAGE_URL),
                        quoted(text(row, Columns.PAGE_TITLE)),
                        referrer(row),
                        joined("/", row, Columns.BROWSER_NAME, Columns.OS_NAME, Columns.DEVICE_CLASS),
                        text(row, Columns.GEO_COUNTRY),
                        Boolean.TRUE.equals(row.get(Columns.IS_BOT)) ? "bot" : "");
            case EVENTS ->
                line(
                        row,
                        paint.good(text(row, Columns.EVENT_TYPE)),
                        joined("/", row, Columns.CATEGORY, Columns.ACTION, Columns.LABEL),
                        joined("/", row, Columns.SCHEMA_VENDOR, Columns.SCHEMA_NAME, Columns.SCHEMA_VERSION),
                        text(row, Columns.PAGE_URL));
            case BAD_EVENTS ->
                line(
                        row,
                        paint.bad("bad " + text(row, Columns.REASON)),
                        text(row, Columns.DETAIL),
                        shortened(text(row, Columns.RAW), MOST_RAW));
            case AUDIT_BUCKETS -> line(row, paint.dim("audit"));
        };
    }

    private String referrer(Row row) {
        String medium = joined("/", row, Columns.REFERRER_MEDIUM, Columns.REFERRER_SOURCE);
        return medium.isEmpty() ? "" : "from " + medium;
    }

    private String line(Row row, String kind, String... rest) {
        var parts = new ArrayList<String>();
        parts.add(time(row.get(Columns.RECEIVED_AT)));
        parts.add(kind);
        parts.add(paint.bold(text(row, Columns.SITE_ID)));
        parts.addAll(List.of(rest));
        return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining("  "));
    }

    @Override
    public String hit(TransportId id, RawHit hit) {
        var text = new StringBuilder(time(hit.receivedAt()))
                .append("  ")
                .append(paint.good(hit.method().name()))
                .append(' ')
                .append(safe(hit.path()))
                .append(hit.query().isEmpty() ? "" : "?" + safe(hit.query()))
                .append(paint.dim("  " + id.epoch() + "/" + id.seq()));
        if (!hit.visitor().ip().isEmpty()) {
            text.append("\n    ")
                    .append(paint.dim("ip "))
                    .append(safe(hit.visitor().ip()));
        }
        hit.headers()
                .forEach((name, value) -> text.append("\n    ")
                        .append(paint.dim(safe(name) + " "))
                        .append(safe(value)));
        if (hit.body().length > 0) {
            text.append("\n    ")
                    .append(paint.dim(hit.body().length + " bytes "))
                    .append(shortened(safe(new String(hit.body(), StandardCharsets.UTF_8)), MOST_BODY));
        }
        return text.toString();
    }

    @Override
    public String difference(Compared compared) {
        var text = new StringBuilder(row(compared.row()));
        for (Change change : compared.changes()) {
            text.append("\n    ").append(paint.bold(change.column()));
            text.append("\n      ").append(paint.bad("- " + cell(change.before())));
            text.append("\n      ").append(paint.good("+ " + cell(change.after())));
        }
        return text.toString();
    }

    private static String cell(@Nullable String text) {
        return text == null ? "NULL" : safe(text);
    }

    private String time(@Nullable Instant at) {
        return at == null ? "" : paint.dim(TIME.format(at));
    }

    private static String text(Row row, Column<?> column) {
        Object cell = row.get(column);
        return cell == null ? "" : safe(cell.toString());
    }

    private static String joined(String by, Row row, Column<?>... columns) {
        return List.of(columns).stream()
                .map(column -> text(row, column))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(by));
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "" : "\"" + text + "\"";
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    private static String safe(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
