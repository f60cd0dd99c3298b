package dev.sluice.cli.doctor;

import dev.sluice.cli.doctor.CheckUp.Outcome;
import dev.sluice.cli.doctor.Finding.Result;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;

/** What was found, as text for a person or as JSON for a script. */
final class DoctorReport {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PLAIN = "\033[0m";

    private final List<Outcome> outcomes;

    DoctorReport(List<Outcome> outcomes) {
        this.outcomes = List.copyOf(outcomes);
    }

    boolean isHealthy() {
        return count(Result.FAIL) == 0;
    }

    private long count(Result result) {
        return outcomes.stream()
                .filter(outcome -> outcome.finding().result() == result)
                .count();
    }

    /** @param coloured for a terminal */
    String text(boolean coloured) {
        int width = outcomes.stream()
                .mapToInt(outcome -> outcome.check().name().length())
                .max()
                .orElse(0);
        var text = new StringBuilder();
        for (Outcome outcome : outcomes) {
            Finding finding = outcome.finding();
            String result = String.format(Locale.ROOT, "%-7s", finding.result());
            text.append(coloured ? colour(finding.result()) + result + PLAIN : result)
                    .append(String.format(
                            Locale.ROOT, "  %-" + width + "s  ", outcome.check().name()))
                    .append(finding.found())
                    .append('\n');
            if (!finding.advice().isEmpty()) {
                text.append(" ".repeat(7 + 2 + width + 2))
                        .append("-> ")
                        .append(finding.advice())
                        .append('\n');
            }
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "%d ok, %d to look at, %d failed, %d skipped%n",
                        count(Result.OK),
                        count(Result.WARN),
                        count(Result.FAIL),
                        count(Result.SKIPPED)))
                .toString();
    }

    private static String colour(Result result) {
        return switch (result) {
            case OK -> "\033[32m";
            case WARN -> "\033[33m";
            case FAIL -> "\033[31m";
            case SKIPPED -> "\033[2m";
        };
    }

    private record Line(String name, String tried, Result result, String found, String advice, long millis) {}

    private record Document(boolean healthy, List<Line> checks) {}

    String json() {
        return JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsString(new Document(
                                isHealthy(),
                                outcomes.stream()
                                        .map(outcome -> new Line(
                                                outcome.check().name(),
                                                outcome.check().tried(),
                                                outcome.finding().result(),
                                                outcome.finding().found(),
                                                outcome.finding().advice(),
                                                outcome.millis()))
                                        .toList()))
                + "\n";
    }
}
