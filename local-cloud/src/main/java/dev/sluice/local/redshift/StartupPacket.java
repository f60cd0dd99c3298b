package dev.sluice.local.redshift;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The first packet of a connection.
 *
 * @param body as it came, without its length
 */
record StartupPacket(int code, byte[] body, Map<String, String> parameters) {
    private static final int MAX_BYTES = 1 << 16;
    private static final int CANCEL = 80877102;
    private static final int SSL = 80877103;
    private static final int GSS = 80877104;
    private static final int VERSION_3 = 3 << 16;

    /**
     * What PostgreSQL knows. The driver also tells Redshift about itself, which PostgreSQL would refuse; the time zone is left
     * out because Redshift's is UTC.
     */
    private static final Set<String> KNOWN =
            Set.of("client_encoding", "datestyle", "extra_float_digits", "application_name", "search_path", "options");

    static StartupPacket read(DataInputStream in) throws IOException {
        int length = Wire.bodyLength(in, MAX_BYTES);
        byte[] body = in.readNBytes(length);
        if (body.length < length || length < 4) {
            throw new IOException("connection ended inside its first message");
        }
        int code = Wire.int32(body, 0);
        var parameters = new LinkedHashMap<String, String>();
        if (code >>> 16 == 3) {
            for (int i = 4; i < body.length && body[i] != 0; ) {
                String name = Wire.string(body, i);
                int value = Wire.endOfString(body, i) + 1;
                parameters.put(name, Wire.string(body, value));
                i = Wire.endOfString(body, value) + 1;
            }
        }
        return new StartupPacket(code, body, parameters);
    }

    boolean asksForEncryption() {
        return code == SSL || code == GSS;
    }

    boolean isCancel() {
        return code == CANCEL;
    }

    boolean isVersion3() {
        return code >>> 16 == 3;
    }

    String user() {
        return parameters.getOrDefault("user", "");
    }

    /** The packet for PostgreSQL: the stand-in's user, and of the parameters those that it knows. */
    byte[] forPostgres() {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, VERSION_3 >>> 16, 0, 0});
        write(out, "user", RedshiftSettings.USER);
        write(out, "database", parameters.getOrDefault("database", RedshiftSettings.DATABASE));
        parameters.forEach((name, value) -> {
            if (KNOWN.contains(name.toLowerCase(Locale.ROOT))) {
                write(out, name, value);
            }
        });
        out.write(0);
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, String name, String value) {
        out.writeBytes(Wire.zeroEnded(name));
        out.writeBytes(Wire.zeroEnded(value));
    }
}
