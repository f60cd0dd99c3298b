package dev.sluice.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * What else the machine did while something was measured: the processor time of all processes but this one and those it started.
 * Known on Linux only. Confined to the command's thread.
 */
public final class MachineLoad {
    private static final Path STAT = Path.of("/proc/stat");
    private static final Path SELF = Path.of("/proc/self/stat");
    private static final Path LOAD = Path.of("/proc/loadavg");
    /** Clock ticks a second in /proc: fixed for programs, whatever the kernel's own are. */
    private static final double TICKS = 100;

    private final long start = System.nanoTime();
    private final double othersAtStart = others();
    private final String loadAtStart = loadAverage();

    /** One sentence for the report. */
    public String sentence() {
        int cores = Runtime.getRuntime().availableProcessors();
        String machine = "Machine: " + cores + " cores, " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + ", Java " + System.getProperty("java.version");
        double seconds = (System.nanoTime() - start) / 1e9;
        String took = String.format(Locale.ROOT, "; took %.0f s", seconds);
        if (Double.isNaN(othersAtStart)) {
            return machine + took + "; what else ran on it is not known here.";
        }
        double busy = Math.max(0, others() - othersAtStart) / seconds;
        return machine
                + took
                + String.format(
                        Locale.ROOT,
                        "; load average %s before, %s after; other processes used %.2f of its cores.",
                        loadAtStart,
                        loadAverage(),
                        busy);
    }

    private static String loadAverage() {
        try {
            return Files.readString(LOAD).split(" ")[0];
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Seconds since the machine's start; not a number where that is not known. */
    private static double others() {
        try {
            String[] all = Files.readAllLines(STAT).getFirst().split(" +");
            // user, nice, system, (idle, iowait,) irq, softirq
            double busy = ticks(all, 1, 2, 3, 6, 7);
            String self = Files.readString(SELF);
            String[] fields = self.substring(self.lastIndexOf(')') + 2).split(" ");
            // utime, stime, and those of children that have ended
            double own = ticks(fields, 11, 12, 13, 14);
            Duration children = ProcessHandle.current()
                    .descendants()
                    .map(child -> child.info().totalCpuDuration().orElse(Duration.ZERO))
                    .reduce(Duration.ZERO, Duration::plus);
            return (busy - own) / TICKS - children.toNanos() / 1e9;
        } catch (IOException | RuntimeException e) {
            return Double.NaN;
        }
    }

    private static double ticks(String[] fields, int... indexes) {
        return Arrays.stream(indexes)
                .mapToDouble(index -> Double.parseDouble(fields[index]))
                .sum();
    }
}
