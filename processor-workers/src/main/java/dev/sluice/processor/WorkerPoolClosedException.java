package dev.sluice.processor;

/** The pool was closed before it could turn this frame into rows. Nothing is lost: the frame is still in the stream. */
public final class WorkerPoolClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WorkerPoolClosedException(String message) {
        super(message);
    }
}
