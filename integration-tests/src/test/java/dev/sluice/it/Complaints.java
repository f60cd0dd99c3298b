package dev.sluice.it;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/**
 * What a tab complains about: exceptions, errors and warnings on its console, what its security policy refused, and dialogs. It hears
 * of them once {@code Runtime.enable} and {@code Log.enable} were called. Thread-safe.
 */
final class Complaints {
    private final List<String> all = new CopyOnWriteArrayList<>();

    /** Takes any message; of most it wants nothing. */
    void told(JsonNode message) {
        JsonNode params = message.path("params");
        switch (message.path("method").asString("")) {
            case "Runtime.exceptionThrown" ->
                all.add(params.path("exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> {
                if (!params.path("type").asString("").matches("log|info|debug")) {
                    all.add(params.toString());
                }
            }
            case "Log.entryAdded" -> {
                if (!params.path("entry").path("level").asString("").matches("verbose|info")) {
                    all.add(params.path("entry").toString());
                }
            }
            case "Page.javascriptDialogOpening" -> all.add(params.toString());
            default -> {}
        }
    }

    List<String> all() {
        return List.copyOf(all);
    }

    void clear() {
        all.clear();
    }
}
