package dev.sluice.cli.send;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The ids of the events that were accepted, one a line. Each is with the operating system before the next. Thread-safe. */
final class IdFile implements Closeable {
    private final OutputStream out;

    /** Writes anew; null writes nowhere. */
    IdFile(@Nullable Path file) throws IOException {
        out = file == null ? OutputStream.nullOutputStream() : new FileOutputStream(file.toFile());
    }

    synchronized void write(String id) throws IOException {
        out.write((id + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
