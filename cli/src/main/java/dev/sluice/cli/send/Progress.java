package dev.sluice.cli.send;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Shows how far something is, now and then: a bar on a terminal, a line elsewhere. Owns the thread "progress" from
 * {@link #start} to {@link #close}.
 */
final class Progress implements AutoCloseable {
    private static final int BAR = 30;

    private final PrintWriter out;
    private final boolean terminal;
    private final Thread thread;

    /**
     * What is shown.
     *
     * @param done 0 to 1
     * @param text goes beside the bar
     */
    record View(double done, String text) {}

    private Progress(PrintWriter out, boolean terminal, Supplier<View> view) {
        this.out = out;
        this.terminal = terminal;
        this.thread = Thread.ofPlatform().daemon().name("progress").unstarted(() -> show(view));
    }

    static Progress start(PrintWriter out, boolean terminal, Supplier<View> view) {
        var progress = new Progress(out, terminal, view);
        progress.thread.start();
        return progress;
    }

    private void show(Supplier<View> view) {
        var pause = terminal ? Duration.ofMillis(200) : Duration.ofSeconds(5);
        try {
            while (true) {
                Thread.sleep(pause);
                out.print(terminal ? "\r" + bar(view.get()) + "\033[K" : line(view.get()) + "\n");
                out.flush();
            }
        } catch (InterruptedException e) {
            // close(): the summary takes the bar's place.
        }
    }

    static String bar(View view) {
        int full = (int) Math.round(view.done() * BAR);
        return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] " + line(view);
    }

    static String line(View view) {
        return String.format(Locale.ROOT, "%3.0f %%  %s", view.done() * 100, view.text());
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (terminal) {
            out.print("\r\033[K");
            out.flush();
        }
    }
}
