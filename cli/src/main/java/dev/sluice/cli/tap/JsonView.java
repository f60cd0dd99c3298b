package dev.sluice.cli.tap;

import dev.sluice.cli.tap.Differences.Compared;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import dev.sluice.common.table.Column;
import dev.sluice.common.table.Row;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** For programs: one object a line, cells that are NULL left out. */
final class JsonView implements View {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Override
    public String row(Row row) {
        return JSON.writeValueAsString(node(row));
    }

    private static ObjectNode node(Row row) {
        ObjectNode node = JSON.createObjectNode().put("table", row.table().tableName());
        for (Column<?> column : row.table().columns()) {
            Object cell = row.get(column);
            switch (cell) {
                case null -> {}
                case Integer number -> node.put(column.name(), number);
                case Long number -> node.put(column.name(), number);
                case Double number -> node.put(column.name(), number);
                case Boolean flag -> node.put(column.name(), flag);
                default -> put(node, column, cell.toString());
            }
        }
        return node;
    }

    private static void put(ObjectNode node, Column<?> column, String text) {
        if (column.type() == Column.Type.SUPER) {
            try {
                node.set(column.name(), JSON.readTree(text));
                return;
            } catch (JacksonException e) {
                // Shown as the text that it is.
            }
        }
        node.put(column.name(), text);
    }

    @Override
    public String hit(TransportId id, RawHit hit) {
        ObjectNode node = JSON.createObjectNode()
                .put("ingest_epoch", id.epoch().toString())
                .put("ingest_seq", id.seq())
                .put("received_at", hit.receivedAt().toString())
                .put("method", hit.method().name())
                .put("path", hit.path())
                .put("query", hit.query())
                .put("ip", hit.visitor().ip())
                .put("network_id", hit.visitor().networkId())
                .put("anonymous", hit.visitor().anonymous())
                .put("privacy_signal", hit.visitor().privacySignal().columnValue());
        ObjectNode headers = node.putObject("headers");
        hit.headers().forEach(headers::put);
        if (hit.body().length > 0) {
            try {
                node.put(
                        "body",
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(hit.body()))
                                .toString());
            } catch (CharacterCodingException e) {
                node.put("body_base64", Base64.getEncoder().encodeToString(hit.body()));
            }
        }
        return JSON.writeValueAsString(node);
    }

    @Override
    public String difference(Compared compared) {
        ObjectNode node = JSON.createObjectNode();
        node.set("event", node(compared.row()));
        ObjectNode changes = node.putObject("changes");
        compared.changes()
                .forEach(change -> changes.putObject(change.column())
                        .put("before", change.before())
                        .put("after", change.after()));
        return JSON.writeValueAsString(node);
    }
}
