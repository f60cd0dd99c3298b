package dev.sluice.cli.reconcile;

import dev.sluice.loader.audit.Finding;
import dev.sluice.loader.audit.MinuteBalance;
import dev.sluice.loader.audit.Reconciliation;
import java.util.List;

/** Prints a reconciliation as it goes on. */
interface ReconcilePrinter {
    /** Hits that are named one by one, of one finding. */
    int MOST_NAMED = 100;

    /** In the order of minutes. */
    void minute(MinuteBalance balance, List<Finding> findings);

    /** Once, after the minutes. */
    void end(Reconciliation found);
}
