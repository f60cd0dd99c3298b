package dev.sluice.local.redshift;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bytes of PostgreSQL's wire protocol, version 3: what a message is and what is inside the few that the front looks into. */
final class Wire {
    /** The longest message that is held whole; rows and COPY data are passed on in pieces and may be longer. */
    static final int MAX_MESSAGE_BYTES = 64 << 20;

    private Wire() {}

    /** A message without its length. */
    record Message(byte type, byte[] body) {}

    /** Reads a body's length, which counts itself, and refuses one that can't be held. */
    static int bodyLength(DataInputStream in, int most) throws IOException {
        int length = in.readInt() - 4;
        if (length < 0 || length > most) {
            throw new IOException("message of " + length + " bytes");
        }
        return length;
    }

    static byte[] readBody(DataInputStream in) throws IOException {
        int length = bodyLength(in, MAX_MESSAGE_BYTES);
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new IOException("connection ended inside a message");
        }
        return body;
    }

    /** The index of the zero byte that ends the string which starts at {@code from}. */
    static int endOfString(byte[] body, int from) throws IOException {
        for (int i = from; i < body.length; i++) {
            if (body[i] == 0) {
                return i;
            }
        }
        throw new IOException("string without an end");
    }

    static String string(byte[] body, int from) throws IOException {
        return new String(body, from, endOfString(body, from) - from, StandardCharsets.UTF_8);
    }

    static byte[] zeroEnded(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[utf8.length + 1];
        System.arraycopy(utf8, 0, body, 0, utf8.length);
        return body;
    }

    /** The body of an ErrorResponse or a NoticeResponse. */
    static byte[] report(String severity, String sqlState, String text) {
        return report(Map.of('S', severity, 'V', severity, 'C', sqlState, 'M', text));
    }

    static byte[] report(Map<Character, String> fields) {
        var out = new ByteArrayOutputStream();
        // Severity, code and text first, as servers send them; the rest in any order.
        for (char key : new char[] {'S', 'V', 'C', 'M'}) {
            write(out, key, fields.getOrDefault(key, ""));
        }
        fields.forEach((key, value) -> {
            if ("SVCM".indexOf(key) < 0) {
                write(out, key, value);
            }
        });
        out.write(0);
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, char key, String value) {
        out.write(key);
        out.writeBytes(zeroEnded(value));
    }

    /** The fields of an ErrorResponse or a NoticeResponse by their letter. */
    static Map<Character, String> fields(byte[] body) throws IOException {
        var fields = new HashMap<Character, String>();
        for (int i = 0; i < body.length && body[i] != 0; ) {
            int end = endOfString(body, i + 1);
            fields.put((char) body[i], new String(body, i + 1, end - i - 1, StandardCharsets.UTF_8));
            i = end + 1;
        }
        return fields;
    }

    /** The cells of a DataRow in text format; null is SQL's NULL. */
    static List<@Nullable String> row(byte[] body) throws IOException {
        var row = new ArrayList<@Nullable String>();
        int at = 2;
        for (int n = ((body[0] & 255) << 8) | (body[1] & 255); n > 0; n--) {
            int length = int32(body, at);
            at += 4;
            row.add(length < 0 ? null : new String(body, at, length, StandardCharsets.UTF_8));
            at += Math.max(0, length);
        }
        return row;
    }

    static int int32(byte[] body, int at) throws IOException {
        if (at + 4 > body.length) {
            throw new IOException("message is too short");
        }
        return ((body[at] & 255) << 24)
                | ((body[at + 1] & 255) << 16)
                | ((body[at + 2] & 255) << 8)
                | (body[at + 3] & 255);
    }

    /** SQL text for a string. */
    static String literal(String text) {
        // E'' so that it means the same whatever standard_conforming_strings is.
        return " E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
