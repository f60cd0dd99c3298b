package dev.sluice.local.redshift;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The COPY statements of one client's session: runs them in PostgreSQL's session, which is taken over, and keeps what
 * pg_last_copy_count has to say. Confined to the client's thread.
 */
final class CopySession {
    private final Backend to;
    private final ClientOutput out;
    private final ClientPresence presence;
    private final FrontContext context;

    /** What pg_last_copy_count has to say, to be said again once the transaction it was said in has ended. */
    private long lastCount;

    private long lastQueryId = -1;
    private boolean lastCountUncertain;

    /** A COPY that was prepared: what to do, or why not. */
    record PreparedCopy(
            String sql,
            Optional<CopyCommand> command,
            @Nullable SqlFault fault) {
        /** Null when the statement is none. */
        static @Nullable PreparedCopy of(String sql) {
            try {
                Optional<CopyCommand> command = CopyParser.parse(sql);
                return command.isEmpty() ? null : new PreparedCopy(sql, command, null);
            } catch (SqlFault fault) {
                return new PreparedCopy(sql, Optional.empty(), fault);
            }
        }
    }

    /**
     * @param to PostgreSQL's session
     * @param out to the client
     */
    CopySession(Backend to, ClientOutput out, ClientPresence presence, FrontContext context) {
        this.to = to;
        this.out = out;
        this.presence = presence;
        this.context = context;
    }

    /**
     * Runs the COPY in the session, which is taken over already, answers the client and gives the session back. Outside a transaction it
     * gets one of its own.
     *
     * @return whether it succeeded
     */
    boolean run(PreparedCopy copy) throws IOException, InterruptedException {
        boolean own = to.transaction() == 'I';
        byte[] error = null;
        long rows = 0;
        try {
            if (own) {
                to.query("begin");
            }
            rows = load(copy);
            if (own) {
                to.query("commit");
            }
        } catch (ServerError e) {
            error = ByteLimits.translate(e.body());
        } catch (SqlFault fault) {
            error = abort(fault);
        }
        if (error != null && own) {
            rollBack();
        }
        if (error == null) {
            String table = copy.command().map(c -> c.target().table()).orElse("");
            out.send(
                    'N',
                    Wire.report(
                            "INFO",
                            "00000",
                            "Load into table '" + table + "' completed, " + rows + " record(s) loaded successfully."));
            out.send('C', Wire.zeroEnded("COPY"));
        } else {
            out.send('E', error);
        }
        to.release();
        out.flush();
        return error == null;
    }

    /** A rollback takes back settings too, but what the last COPY did stays true: to be called before each message of the client. */
    void rememberLastCopy() throws IOException, InterruptedException {
        if (!lastCountUncertain || !to.isIdle()) {
            return;
        }
        lastCountUncertain = false;
        to.takeOver();
        try {
            to.query(lastCopySettings());
        } catch (ServerError e) {
            throw new IOException("a setting was refused: " + e.field('M'), e);
        } finally {
            to.release();
        }
    }

    /** SQL that fails with this fault. */
    static String raise(SqlFault fault) {
        return "select sluice_local.raise(" + Wire.literal(fault.sqlState()) + ","
                + Wire.literal(String.valueOf(fault.getMessage())) + ")";
    }

    private long load(PreparedCopy copy) throws IOException, InterruptedException, ServerError {
        if (copy.fault() != null) {
            throw copy.fault();
        }
        var execution =
                new CopyExecution(copy.command().orElseThrow(), copy.sql(), to, context.store(), context.history());
        lastCount = 0;
        lastQueryId = execution.queryId();
        lastCountUncertain = true;
        lastCount = execution.run(presence);
        to.query(lastCopySettings());
        return lastCount;
    }

    private String lastCopySettings() {
        return "select set_config('redshift.last_copy_count', '" + lastCount + "', false), "
                + "set_config('redshift.last_copy_id', '" + lastQueryId + "', false)";
    }

    private byte[] abort(SqlFault fault) throws IOException, InterruptedException {
        try {
            to.query(raise(fault));
            throw new IllegalStateException("the raised error is missing");
        } catch (ServerError e) {
            return Wire.report("ERROR", e.field('C'), e.field('M'));
        }
    }

    private void rollBack() throws IOException, InterruptedException {
        try {
            to.query("rollback");
        } catch (ServerError e) {
            throw new IOException("a rollback was refused: " + e.field('M'), e);
        }
    }
}
