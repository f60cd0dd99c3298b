package dev.sluice.cli.tap;

/** Colours on a terminal that wants them; nothing anywhere else. */
enum Paint {
    PLAIN,
    COLOURED;

    private static final char ESCAPE = 27;

    String dim(String text) {
        return in("2", text);
    }

    String bold(String text) {
        return in("1", text);
    }

    String good(String text) {
        return in("32", text);
    }

    String bad(String text) {
        return in("31", text);
    }

    private String in(String code, String text) {
        return this == PLAIN || text.isEmpty() ? text : ESCAPE + "[" + code + "m" + text + ESCAPE + "[0m";
    }
}
