package dev.sluice.local.kinesis;

import java.io.IOException;

/** What lies there isn't a whole record. */
final class TornRecordException extends IOException {
    TornRecordException(String message) {
        super(message);
    }
}
