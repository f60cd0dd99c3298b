package dev.sluice.cli.reconcile;

import dev.sluice.loader.audit.Finding;
import dev.sluice.loader.audit.MinuteBalance;
import dev.sluice.loader.audit.Reconciler;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/** Prints minutes as they are compared, and to the other side what is being done, once it takes long. */
final class Progress implements Reconciler.Listener {
    private static final Duration LONG = Duration.ofSeconds(2);

    private final ReconcilePrinter printer;
    private final PrintWriter err;
    private final long beganNanos = System.nanoTime();

    Progress(ReconcilePrinter printer, PrintWriter err) {
        this.printer = printer;
        this.err = err;
    }

    @Override
    public void minute(MinuteBalance balance, List<Finding> findings) {
        printer.minute(balance, findings);
    }

    @Override
    public void progress(String text) {
        if (System.nanoTime() - beganNanos > LONG.toNanos()) {
            err.println(text + " ...");
            err.flush();
        }
    }
}
