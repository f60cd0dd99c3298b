package dev.sluice.local.redshift;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** What goes to the client. Thread-safe: answers come from PostgreSQL's thread, those to a COPY from the session's. */
final class ClientOutput {
    private static final int PIECE_BYTES = 1 << 16;

    private final DataOutputStream out;
    private final byte[] piece = new byte[PIECE_BYTES];

    ClientOutput(OutputStream out) {
        this.out = new DataOutputStream(new BufferedOutputStream(out, PIECE_BYTES));
    }

    synchronized void send(char type, byte[] body) throws IOException {
        out.write(type);
        out.writeInt(body.length + 4);
        out.write(body);
    }

    synchronized void send(Wire.Message message) throws IOException {
        send((char) message.type(), message.body());
    }

    /** Passes a message of any length on in pieces. */
    synchronized void pass(int type, int length, DataInputStream in) throws IOException {
        out.write(type);
        out.writeInt(length + 4);
        for (int left = length; left > 0; ) {
            int n = Math.min(left, piece.length);
            in.readFully(piece, 0, n);
            out.write(piece, 0, n);
            left -= n;
        }
    }

    synchronized void sendByte(char answer) throws IOException {
        out.write(answer);
        out.flush();
    }

    synchronized void flush() throws IOException {
        out.flush();
    }
}
