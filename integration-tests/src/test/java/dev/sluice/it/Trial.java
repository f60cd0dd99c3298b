package dev.sluice.it;

import java.util.SplittableRandom;

/**
 * How much of a fault test is run: a short version with every build, the full one by {@code ./sluice trial NAME}. What such a test
 * draws at random it draws from a printed seed; {@code -Dsluice.trial.seed=N} runs the same again.
 */
final class Trial {
    private static final boolean FULL = "full".equals(System.getProperty("sluice.trial"));

    private Trial() {}

    static boolean full() {
        return FULL;
    }

    /** The one or the other, by which version is run. */
    static int fullOrShort(int full, int brief) {
        return FULL ? full : brief;
    }

    static SplittableRandom random(String test) {
        long seed = Long.getLong("sluice.trial.seed", System.nanoTime() & 0xffff_ffffL);
        say(test + ", seed " + seed + (FULL ? ", in full" : ", short: -Dsluice.trial=full runs all of it"));
        return new SplittableRandom(seed);
    }

    static void say(String line) {
        System.out.println("TRIAL: " + line);
    }
}
