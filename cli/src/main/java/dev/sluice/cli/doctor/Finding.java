package dev.sluice.cli.doctor;

/**
 * What a check found.
 *
 * @param found in one line
 * @param advice what to do about it, in one line; empty when there is nothing to do
 */
record Finding(Result result, String found, String advice) {
    enum Result {
        OK,
        /** It works, and will hurt one day. */
        WARN,
        FAIL,
        /** Nothing was found out; {@code found} says why. */
        SKIPPED
    }

    static Finding ok(String found) {
        return new Finding(Result.OK, found, "");
    }

    static Finding warn(String found, String advice) {
        return new Finding(Result.WARN, found, advice);
    }

    static Finding fail(String found, String advice) {
        return new Finding(Result.FAIL, found, advice);
    }

    static Finding skipped(String why) {
        return new Finding(Result.SKIPPED, why, "");
    }
}
