package dev.sluice.loader.staging.archive;

import java.io.IOException;

/** What was read is not an archive, or not all of it. Everything before is good. */
public final class ArchiveFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    ArchiveFormatException(String message) {
        super(message);
    }
}
