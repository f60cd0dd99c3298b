package dev.sluice.processor.extension;

/** An extension that can't be used; its message is one line that says which and why. */
public final class ExtensionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExtensionException(String message) {
        super(message);
    }

    ExtensionException(String message, Throwable cause) {
        super(message, cause);
    }
}
