package dev.sluice.local.redshift;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.sluice.local.redshift.LoadError.Fault;
import dev.sluice.local.redshift.LoadError.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON objects, one after another, whose keys are the columns' names; other keys are passed over. Confined to the COPY's
 * thread.
 */
final class JsonReader {
    private static final JsonFactory JSON = new JsonFactory();

    private final RowEncoder rows;
    private final LoadReport report;
    private final boolean ignoreCase;
    private final Map<String, Integer> columns = new HashMap<>();

    JsonReader(CopyCommand.Json format, RowEncoder rows, LoadReport report) {
        this.rows = rows;
        this.report = report;
        this.ignoreCase = format.ignoreCase();
        for (int i = 0; i < rows.columns().size(); i++) {
            columns.put(rows.columns().get(i).name(), i);
        }
    }

    void read(InputStream in) throws IOException {
        byte[] @Nullable [] values = new byte[columns.size()][];
        try (JsonParser parser = JSON.createParser(in)) {
            JsonToken token;
            while ((token = parser.nextToken()) != null) {
                long line = parser.currentTokenLocation().getLineNr();
                if (token != JsonToken.START_OBJECT) {
                    parser.skipChildren();
                    report.refuse(line, new Fault(Kind.BAD_JSON, "Invalid JSON object", null, ""));
                    continue;
                }
                Arrays.fill(values, null);
                readObject(parser, values);
                writeRow(values, line);
            }
        } catch (JsonProcessingException e) {
            // What follows a fault of syntax can't be told apart any more.
            long line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            report.refuse(line, new Fault(Kind.BAD_JSON, "Invalid JSON formatted object", null, ""));
        }
    }

    private void readObject(JsonParser parser, byte[] @Nullable [] values) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            Integer index = columns.get(ignoreCase ? name.toLowerCase(Locale.ROOT) : name);
            JsonToken token = parser.nextToken();
            if (index == null) {
                parser.skipChildren();
            } else if (token == JsonToken.VALUE_NULL) {
                values[index] = null;
            } else if (token.isStructStart() || rows.columns().get(index).isSuper()) {
                values[index] = asJson(parser);
            } else {
                values[index] = parser.getText().getBytes(StandardCharsets.UTF_8);
            }
        }
    }

    private static byte[] asJson(JsonParser parser) throws IOException {
        var text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            generator.copyCurrentStructure(parser);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void writeRow(byte[] @Nullable [] values, long line) throws IOException {
        rows.startRow();
        Fault fault = null;
        for (int i = 0; i < values.length && fault == null; i++) {
            byte[] value = values[i];
            fault = value == null ? rows.nullField() : rows.field(value, value.length, true);
        }
        if (fault == null) {
            fault = rows.endRow();
        }
        if (fault == null) {
            report.accept(line);
        } else {
            rows.dropRow();
            report.refuse(line, fault);
        }
    }
}
