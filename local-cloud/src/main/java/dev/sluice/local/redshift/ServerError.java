package dev.sluice.local.redshift;

import java.io.IOException;

/** PostgreSQL answered a statement of the front's own with an error, here as the message it sent. */
final class ServerError extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient byte[] body;

    ServerError(byte[] body) {
        super("refused by PostgreSQL");
        this.body = body;
    }

    byte[] body() {
        return body;
    }

    String field(char letter) throws IOException {
        return Wire.fields(body).getOrDefault(letter, "");
    }
}
