package dev.sluice.bench.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a command found: tables, demands with whether they are met, and remarks. Prints Markdown that can be pasted as it is, or
 * writes the same with every single run as JSON. Confined to the command's thread.
 */
public final class Report {
    private final String command;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Object> samples = new LinkedHashMap<>();
    private final Map<String, Object> demands = new LinkedHashMap<>();

    /** @param command as it was given */
    public Report(String command) {
        this.command = command;
    }

    public void table(List<String> head, List<List<String>> rows) {
        lines.add("");
        lines.add(row(head));
        lines.add("|" + " --- |".repeat(head.size()));
        rows.forEach(cells -> lines.add(row(cells)));
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    /** Keeps every run of it for the JSON. */
    public Sample keep(String name, Sample sample) {
        samples.put(name, Map.of("median", sample.median(), "runs", sample.values()));
        return sample;
    }

    /** @param reach what is to be reached, in words */
    public void demand(String what, String found, String reach, boolean met) {
        lines.add("");
        lines.add(what + ": **" + found + "**, to reach: " + reach + (met ? " (reached)" : " (NOT reached)"));
        demands.put(what, Map.of("found", found, "reach", reach, "met", met));
    }

    public void remark(String text) {
        lines.add("");
        lines.add(text);
    }

    public void print(PrintWriter out) {
        out.println("`" + command + "`");
        lines.forEach(out::println);
        out.flush();
    }

    public void write(Path file) throws IOException {
        var all = new LinkedHashMap<String, Object>();
        all.put("command", command);
        all.put("samples", samples);
        all.put("demands", demands);
        all.put("text", String.join("\n", lines));
        var json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.writeString(file, json.writeValueAsString(all) + "\n");
    }
}
