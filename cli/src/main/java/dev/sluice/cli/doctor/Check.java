package dev.sluice.cli.doctor;

import java.util.Set;

/**
 * One thing that must hold, and how to find out. It changes nothing, but for probes that it takes away again.
 *
 * @param name part and thing, such as {@code bucket.lifecycle}
 * @param tried what is done to find out, for the report
 * @param advice what to do when the probe throws
 * @param needs the names of checks without which this one can't tell anything; they come before it
 */
record Check(String name, String tried, String advice, Set<String> needs, Probe probe) {
    /** Whatever it throws is a failure. Must be fit to be interrupted, or to be left behind. */
    interface Probe {
        Finding run() throws Exception;
    }

    Check {
        needs = Set.copyOf(needs);
        if (advice.isBlank()) {
            throw new IllegalArgumentException(name + " says what is wrong and not what to do");
        }
    }

    /** One that needs no other. */
    static Check of(String name, String tried, String advice, Probe probe) {
        return new Check(name, tried, advice, Set.of(), probe);
    }

    Check needing(String... others) {
        return new Check(name, tried, advice, Set.of(others), probe);
    }
}
