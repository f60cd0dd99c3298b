package dev.sluice.local;

import org.jspecify.annotations.Nullable;

/** The local cloud can't start or stop. The message is one line, fit to be shown as it is. */
public final class LocalCloudException extends RuntimeException {
    LocalCloudException(String message) {
        super(message);
    }

    LocalCloudException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
