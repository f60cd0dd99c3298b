package dev.sluice.local.redshift;

import dev.sluice.local.redshift.LoadError.Fault;
import dev.sluice.local.redshift.LoadError.Kind;
import dev.sluice.local.redshift.ObjectStore.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one COPY from S3 in the client's own PostgreSQL session, which is taken over: reads the objects and feeds their rows to a
 * COPY from standard input. Confined to the client's thread.
 */
final class CopyExecution {
    private static final Logger LOG = LoggerFactory.getLogger(CopyExecution.class);
    private static final String LOAD_FAILED = "XX000";
    private static final String CANCELLED = "57014";
    /** Where PostgreSQL says the row is that it can't take. */
    private static final Pattern WHERE = Pattern.compile(
            "COPY .*?, line (\\d+)(?:, column (\\S+?)(?:: \"(.*)\"|: null input)?)?(?:$|\\n)", Pattern.DOTALL);

    private static final Pattern SKIPPED = Pattern.compile(
            "skipping row due to data type incompatibility at line (\\d+) for column \"([^\"]+)\"(?:: \"(.*)\")?",
            Pattern.DOTALL);

    /** What PostgreSQL made of the rows. */
    private record Answer(Optional<Long> rows, byte @Nullable [] error) {}

    private final CopyCommand command;
    private final String sql;
    private final Backend backend;
    private final ObjectStore store;
    private final LoadHistory history;
    private final LoadReport report;
    private final long queryId;
    private final Instant start = Instant.now();

    private List<TargetColumn> columns = List.of();
    /** PostgreSQL's error, if it gave up while rows were still being read. */
    private byte @Nullable [] early;

    CopyExecution(CopyCommand command, String sql, Backend backend, ObjectStore store, LoadHistory history) {
        this.command = command;
        this.sql = sql;
        this.backend = backend;
        this.store = store;
        this.history = history;
        this.report = new LoadReport(command.maxErrors());
        this.queryId = history.nextQueryId();
    }

    long queryId() {
        return queryId;
    }

    /**
     * @param client who waits for it
     * @return how many rows were loaded
     * @throws IOException the connection to PostgreSQL is lost, or the client has gone: the session ends
     * @throws ServerError the statement failed, and PostgreSQL has aborted the transaction
     * @throws SqlFault the statement failed, and the transaction has yet to be aborted
     */
    long run(ClientPresence client) throws IOException, InterruptedException, ServerError {
        columns = TargetColumn.of(command.target(), backend);
        List<Location> objects = CopySources.find(command.source(), store);
        startCopy();
        Optional<String> broken = feed(objects, client);
        Answer answer = finish(broken.isPresent() || report.tooManyErrors() || early != null);
        return conclude(broken, answer);
    }

    private void startCopy() throws IOException, InterruptedException, ServerError {
        var names = new ArrayList<String>();
        columns.forEach(c -> names.add('"' + c.name().replace("\"", "\"\"") + '"'));
        String options = command.maxErrors() > 0 ? ", ON_ERROR ignore, LOG_VERBOSITY verbose" : "";
        backend.send(
                'Q',
                Wire.zeroEnded("COPY " + command.target().table() + " (" + String.join(", ", names)
                        + ") FROM STDIN (FORMAT text, ENCODING 'UTF8'" + options + ")"));
        backend.flush();
        Wire.Message answer = backend.take();
        if (answer.type() == 'E') {
            byte[] error = answer.body();
            while (answer.type() != 'Z') {
                answer = backend.take();
            }
            throw new ServerError(error);
        }
    }

    /** @return what was wrong with S3 or with an object as a whole */
    private Optional<String> feed(List<Location> objects, ClientPresence client)
            throws InterruptedException, IOException {
        var rows = new RowEncoder(columns, command.conversions(), (data, length) -> toPostgres(data, length, client));
        try {
            for (Location object : objects) {
                report.startFile(object.uri());
                try (InputStream raw = store.open(object);
                        InputStream in = Decompression.open(command.source().compression(), raw)) {
                    read(in, rows);
                }
            }
            rows.flush();
            return Optional.empty();
        } catch (LoadReport.TooManyErrorsException | PostgresGaveUpException e) {
            return Optional.empty();
        } catch (BrokenPipeException e) {
            throw new IOException(e);
        } catch (InterruptedIOException e) {
            // S3 did not answer in time; the SDK also says so when the thread is interrupted.
            return Optional.of("S3 did not answer: " + e.getMessage());
        } catch (IOException e) {
            report.note(new Fault(Kind.UNREADABLE, "File could not be read: " + e.getMessage(), null, ""));
            return Optional.of("S3ServiceException: " + e.getMessage());
        }
    }

    private void read(InputStream in, RowEncoder rows) throws IOException {
        switch (command.format()) {
            case CopyCommand.Delimited format ->
                new DelimitedReader(format, command.conversions().blanks().ignoreBlankLines(), rows, report).read(in);
            case CopyCommand.Json format -> new JsonReader(format, rows, report).read(in);
        }
    }

    private void toPostgres(byte[] data, int length, ClientPresence client) throws IOException {
        try {
            client.require();
            Wire.Message answer;
            while ((answer = backend.poll()) != null) {
                if (answer.type() == 'E') {
                    early = answer.body();
                    throw new PostgresGaveUpException();
                }
                notice(answer);
            }
            backend.sendCopyData(data, length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenPipeException(e);
        } catch (PostgresGaveUpException e) {
            throw e;
        } catch (IOException e) {
            throw new BrokenPipeException(e);
        }
    }

    private Answer finish(boolean fail) throws IOException, InterruptedException {
        if (fail) {
            backend.send('f', Wire.zeroEnded("stopped"));
        } else {
            backend.send('c', new byte[0]);
        }
        backend.flush();
        Optional<Long> rows = Optional.empty();
        byte[] error = early;
        while (true) {
            Wire.Message message = backend.take();
            switch (message.type()) {
                case 'Z' -> {
                    return new Answer(rows, error);
                }
                case 'E' -> error = error == null ? message.body() : error;
                case 'C' ->
                    rows = Optional.of(
                            Long.parseLong(Wire.string(message.body(), 0).substring("COPY ".length())));
                default -> notice(message);
            }
        }
    }

    private long conclude(Optional<String> broken, Answer answer) throws IOException, ServerError {
        if (broken.isPresent()) {
            record(false, 0);
            throw failure(broken.get());
        }
        byte[] error = answer.error();
        if (report.tooManyErrors()) {
            record(false, 0);
            if (error == null) {
                // PostgreSQL took the rows and skipped more than allowed.
                throw new SqlFault(LOAD_FAILED, loadFailed());
            }
            throw failure(loadFailed());
        }
        if (error != null) {
            boolean aboutARow = !CANCELLED.equals(Wire.fields(error).get('C')) && refusedRow(Wire.fields(error));
            record(false, 0);
            throw aboutARow ? failure(loadFailed()) : new ServerError(error);
        }
        long rows = answer.rows().orElseThrow(() -> new IOException("COPY ended without a count"));
        record(true, rows);
        return rows;
    }

    private boolean refusedRow(Map<Character, String> error) {
        Matcher where = WHERE.matcher(error.getOrDefault('W', ""));
        if (!where.find()) {
            return false;
        }
        String column = where.group(2);
        report.refuseAccepted(
                Long.parseLong(where.group(1)),
                new Fault(
                        Kind.ofSqlState(error.getOrDefault('C', "")),
                        error.getOrDefault('M', ""),
                        column(column),
                        Objects.requireNonNullElse(where.group(3), "")));
        return true;
    }

    private void notice(Wire.Message message) throws IOException {
        if (message.type() != 'N') {
            return;
        }
        Matcher skipped = SKIPPED.matcher(Wire.fields(message.body()).getOrDefault('M', ""));
        if (skipped.find()) {
            report.refuseAccepted(
                    Long.parseLong(skipped.group(1)),
                    new Fault(
                            Kind.BAD_VALUE,
                            "Invalid value for the column's type",
                            column(skipped.group(2)),
                            Objects.requireNonNullElse(skipped.group(3), "")));
        }
    }

    private @Nullable TargetColumn column(@Nullable String name) {
        return columns.stream().filter(c -> c.name().equals(name)).findFirst().orElse(null);
    }

    private void record(boolean completed, long rows) {
        try {
            history.record(new LoadHistory.Entry(queryId, command, sql, start, completed, rows), report);
        } catch (SQLException e) {
            // The load itself stands or falls without its log.
            LOG.warn("the load history could not be written", e);
        }
    }

    /** For a transaction that PostgreSQL has aborted already. */
    private static ServerError failure(String message) {
        return new ServerError(Wire.report("ERROR", LOAD_FAILED, message));
    }

    private String loadFailed() {
        return "Load into table '" + command.target().table()
                + "' failed.  Check 'sys_load_error_detail' system table for details.";
    }

    /** PostgreSQL has answered with an error before all rows were sent. */
    private static final class PostgresGaveUpException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** One end of the session, PostgreSQL or the client, is lost: not a fault of S3's. */
    private static final class BrokenPipeException extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenPipeException(Exception cause) {
            super(cause);
        }
    }
}
