package dev.sluice.local.redshift;

import com.github.luben.zstd.ZstdInputStream;
import dev.sluice.local.redshift.CopyCommand.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;

/** Undoes what COPY's options say an object was compressed with. */
final class Decompression {
    private static final int BUFFER_BYTES = 1 << 16;

    private Decompression() {}

    static InputStream open(Compression compression, InputStream in) throws IOException {
        return switch (compression) {
            case NONE -> in;
            case GZIP -> new GZIPInputStream(new HonestStream(in), BUFFER_BYTES);
            case ZSTD -> new ZstdInputStream(in);
        };
    }

    /**
     * Says that nothing is available at the end only. GZIPInputStream takes 0 for the end, and would drop the later members of a
     * file whenever the network pauses between two.
     */
    private static final class HonestStream extends PushbackInputStream {
        HonestStream(InputStream in) {
            super(in, 1);
        }

        @Override
        public int available() throws IOException {
            int b = read();
            if (b < 0) {
                return 0;
            }
            unread(b);
            return Math.max(1, super.available());
        }
    }
}
