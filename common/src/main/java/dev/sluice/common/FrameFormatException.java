package dev.sluice.common;

/**
 * Bytes that are not what they were taken for, a frame or an audit record, or that were damaged. The message says which check failed,
 * never what the bytes were.
 */
public final class FrameFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    public FrameFormatException(String message) {
        super(message);
    }

    public FrameFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
