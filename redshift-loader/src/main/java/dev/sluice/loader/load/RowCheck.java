package dev.sluice.loader.load;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Table;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What can be told of a staged row without asking the warehouse: whether its fields are what the columns are declared to take.
 * A suspicion that says where to look first, and words for the reason; the verdict is the warehouse's. Stateless.
 */
final class RowCheck {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern TIMESTAMP = Pattern.compile(
            "\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])[ T]([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?");

    private RowCheck() {}

    /** @param fields in the order of {@link Table#stagedColumns} */
    static @Nullable RowFault faultOf(Table table, List<byte[]> fields) {
        List<Column<?>> columns = table.stagedColumns();
        for (int i = 0; i < columns.size(); i++) {
            RowFault fault = fields.get(i).length == 0 ? null : faultOf(columns.get(i), fields.get(i));
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    /** The text, if it is UTF-8. */
    static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            return null;
        }
    }

    private static @Nullable RowFault faultOf(Column<?> column, byte[] field) {
        String text = text(field);
        if (text == null) {
            return fault(QuarantineReason.BAD_BYTES, column, "holds bytes that are not UTF-8");
        }
        if (text.indexOf('\0') >= 0) {
            return fault(QuarantineReason.BAD_BYTES, column, "holds a zero byte");
        }
        return switch (column.type()) {
            case CHAR, VARCHAR ->
                field.length <= column.maxBytes()
                        ? null
                        : fault(
                                QuarantineReason.TOO_LONG,
                                column,
                                "has " + field.length + " bytes, and the column takes " + column.maxBytes());
            case TIMESTAMP ->
                TIMESTAMP.matcher(text).matches()
                        ? null
                        : fault(QuarantineReason.BAD_TIMESTAMP, column, "is no timestamp");
            case SMALLINT, INTEGER, BIGINT -> whole(column, text);
            case DOUBLE -> real(column, text);
            case BOOLEAN ->
                text.equals("true") || text.equals("false")
                        ? null
                        : fault(QuarantineReason.BAD_BOOLEAN, column, "is neither true nor false");
            case SUPER -> json(column, text);
        };
    }

    private static @Nullable RowFault whole(Column<?> column, String text) {
        try {
            long value = Long.parseLong(text);
            boolean fits = switch (column.type()) {
                case SMALLINT -> value == (short) value;
                case INTEGER -> value == (int) value;
                case CHAR, VARCHAR, TIMESTAMP, BIGINT, BOOLEAN, DOUBLE, SUPER -> true;
            };
            return fits ? null : fault(QuarantineReason.BAD_NUMBER, column, "is a number beyond " + column.type());
        } catch (NumberFormatException _) {
            return fault(QuarantineReason.BAD_NUMBER, column, "is no " + column.type());
        }
    }

    private static @Nullable RowFault real(Column<?> column, String text) {
        try {
            double value = Double.parseDouble(text);
            return Double.isInfinite(value)
                    ? fault(QuarantineReason.BAD_NUMBER, column, "is a number beyond " + column.type())
                    : null;
        } catch (NumberFormatException _) {
            return fault(QuarantineReason.BAD_NUMBER, column, "is no number");
        }
    }

    private static @Nullable RowFault json(Column<?> column, String text) {
        try {
            JSON.readTree(text);
            return null;
        } catch (JacksonException _) {
            return fault(QuarantineReason.BAD_JSON, column, "is no JSON");
        }
    }

    private static RowFault fault(QuarantineReason reason, Column<?> column, String what) {
        return new RowFault(reason, column.name() + " " + what);
    }
}
