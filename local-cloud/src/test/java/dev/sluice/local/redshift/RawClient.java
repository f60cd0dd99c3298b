package dev.sluice.local.redshift;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client of a few lines that speaks the simple query protocol, as psql does, and can vanish without a word. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    RawClient(int port, String application) throws IOException {
        socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        // As psql does, ask for encryption first.
        out.writeInt(8);
        out.writeInt(80877103);
        if (in.read() != 'N') {
            throw new IOException("encryption was not refused");
        }
        var startup = new ByteArrayOutputStream();
        startup.writeBytes(new byte[] {0, 3, 0, 0});
        for (String text :
                List.of("user", "anybody", "database", "dev", "application_name", application, "driver_version", "x")) {
            startup.writeBytes(Wire.zeroEnded(text));
        }
        startup.write(0);
        out.writeInt(startup.size() + 4);
        startup.writeTo(out);
        awaitReady();
    }

    void query(String sql) throws IOException {
        byte[] body = Wire.zeroEnded(sql);
        out.write('Q');
        out.writeInt(body.length + 4);
        out.write(body);
    }

    /** Reads to the end of the answer. @return the rows; the SQLSTATE of an error is a row too */
    List<List<@Nullable String>> awaitReady() throws IOException {
        var rows = new ArrayList<List<@Nullable String>>();
        while (true) {
            int type = in.readUnsignedByte();
            byte[] body = Wire.readBody(in);
            switch (type) {
                case 'D' -> rows.add(Wire.row(body));
                case 'E' -> rows.add(List.of(Wire.fields(body).getOrDefault('C', "")));
                case 'Z' -> {
                    return rows;
                }
                default -> {}
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
