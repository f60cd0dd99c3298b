package dev.sluice.local.redshift;

import dev.sluice.local.redshift.LoadError.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one COPY read: how many rows were passed on, which were refused, and which line of which file a row came from. Confined
 * to the COPY's thread. The memory grows with the refused rows and with the rows of several lines, not with the rows.
 */
final class LoadReport {
    /** More rows were refused than MAXERROR lets through. */
    static final class TooManyErrorsException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** From a row on, lines run in step with rows. */
    private record Stretch(String file, long line) {}

    /** IGNOREALLERRORS has no bound, memory has: of more errors than this only the number is kept. */
    private static final int MAX_KEPT = 100_000;

    private final int maxErrors;
    private final List<LoadError> errors = new ArrayList<>();
    private final TreeMap<Long, Stretch> stretches = new TreeMap<>();
    private String file = "";
    private int files;
    private long refused;
    private long accepted;
    private long expectedLine = -1;

    LoadReport(int maxErrors) {
        this.maxErrors = maxErrors;
    }

    void startFile(String uri) {
        file = uri;
        files++;
        expectedLine = -1;
    }

    /** A row that starts at this line goes to PostgreSQL. */
    void accept(long line) {
        if (line != expectedLine) {
            stretches.put(accepted, new Stretch(file, line));
        }
        expectedLine = line + 1;
        accepted++;
    }

    void refuse(long line, Fault fault) throws TooManyErrorsException {
        add(new LoadError(file, line, fault));
        if (tooManyErrors()) {
            throw new TooManyErrorsException();
        }
    }

    /** PostgreSQL refused the row that is the n-th, from 1, of those it was given. */
    void refuseAccepted(long row, Fault fault) {
        Map.Entry<Long, Stretch> from = stretches.floorEntry(row - 1);
        add(
                from == null
                        ? new LoadError(file, 0, fault)
                        : new LoadError(
                                from.getValue().file(), from.getValue().line() + row - 1 - from.getKey(), fault));
    }

    /** Something is wrong with the file as a whole. */
    void note(Fault fault) {
        add(new LoadError(file, 0, fault));
    }

    private void add(LoadError error) {
        refused++;
        if (errors.size() < MAX_KEPT) {
            errors.add(error);
        }
    }

    boolean tooManyErrors() {
        return refused > maxErrors;
    }

    /** How many rows or files were refused. */
    long refused() {
        return refused;
    }

    List<LoadError> errors() {
        return errors;
    }

    int files() {
        return files;
    }
}
