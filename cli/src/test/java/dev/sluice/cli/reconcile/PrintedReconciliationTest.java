package dev.sluice.cli.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.audit.Finding;
import dev.sluice.loader.audit.Finding.EventOfHit;
import dev.sluice.loader.audit.Finding.Kind;
import dev.sluice.loader.audit.MinuteBalance;
import dev.sluice.loader.audit.Reconciliation;
import dev.sluice.loader.audit.SeqRange;
import dev.sluice.loader.audit.Sighting;
import dev.sluice.loader.audit.Sightings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PrintedReconciliationTest {
    private static final String EPOCH = "00000000-0000-4000-8000-000000000007";
    private static final Instant MINUTE = Instant.parse("2026-11-23T10:00:00Z");
    private static final MinuteBalance HEALTHY = new MinuteBalance(EPOCH, MINUTE, 30, 30, 31, 29, 1, 1, 0, 0);
    private static final MinuteBalance UNHEARD =
            new MinuteBalance(EPOCH, MINUTE.plusSeconds(60), -1, 3, 3, 3, 0, 0, 0, 0);
    private static final MinuteBalance LACKING =
            new MinuteBalance(EPOCH, MINUTE.plusSeconds(120), 60, 57, 60, 58, 0, 0, 1, 0);
    private static final Finding MISSING = new Finding(
            Kind.MISSING_HITS,
            EPOCH,
            LACKING.minute(),
            3,
            List.of(new SeqRange(40, 41), new SeqRange(50, 50)),
            List.of());
    private static final Finding YOUNG =
            new Finding(Kind.LATE_HITS, EPOCH, LACKING.minute(), 2, List.of(new SeqRange(58, 59)), List.of());
    private static final Finding DOUBLED =
            new Finding(Kind.DOUBLED, EPOCH, LACKING.minute(), 1, List.of(), List.of(new EventOfHit(44, 1)));

    @Test
    void text_hasALineForEachMinuteAndSaysHowItStands() {
        String text = print(TextReconciliation::new, List.of(), HEALTHY, UNHEARD);
        assertThat(text)
                .containsPattern("2026-11-23 10:00 +" + EPOCH + " +30 +30 +0 +29 +1 +1\n")
                .containsPattern("2026-11-23 10:01 +" + EPOCH + " +- +3 +0 +3 +0 +0\n")
                .contains("2 hits in flight: epoch " + EPOCH + ", seq 58-59, received from 2026-11-23 10:02 on\n")
                .contains("complete until 2026-11-23T10:01:30Z\n")
                .endsWith("everything adds up\n");
    }

    @Test
    void text_namesWhatIsMissingAndWhereItIs() {
        String text = print(TextReconciliation::new, List.of(MISSING, DOUBLED), LACKING);
        assertThat(text)
                .contains("  <--\n")
                .contains("3 hits are missing: epoch " + EPOCH + ", received 2026-11-23 10:02\n"
                        + "    40: in the raw archive: object, record 9; on the stream: shard\n"
                        + "    41: nowhere that was looked at\n"
                        + "    50: nowhere that was looked at\n")
                .contains("    44[1]: rows are there more than once\n")
                .contains("note: a file is gone\n")
                .endsWith("it does NOT add up: 2 findings\n");
    }

    @Test
    void json_isOneObject() {
        JsonNode json = JsonMapper.builder()
                .build()
                .readTree(print(JsonReconciliation::new, List.of(MISSING), HEALTHY, UNHEARD, LACKING));
        assertThat(json.get("addsUp").asBoolean()).isFalse();
        assertThat(json.get("minutes")).hasSize(3);
        assertThat(json.get("minutes").get(1).has("accepted")).isFalse();
        assertThat(json.get("minutes").get(2).get("outstanding").asInt()).isEqualTo(3);
        assertThat(json.get("inFlight").toString())
                .isEqualTo("[{\"epoch\":\"" + EPOCH
                        + "\",\"minute\":\"2026-11-23T10:02:00Z\",\"count\":2,\"hits\":[{\"first\":58,\"last\":59}]}]");
        JsonNode finding = json.get("findings").get(0);
        assertThat(finding.get("hits").toString()).isEqualTo("[{\"first\":40,\"last\":41},{\"first\":50,\"last\":50}]");
        assertThat(finding.get("where").get(0).get("places").get(0).get("place").asString())
                .isEqualTo("ARCHIVE");
    }

    @Test
    void json_ofNothingIsAnObjectToo() {
        JsonNode json = JsonMapper.builder().build().readTree(print(JsonReconciliation::new, List.of()));
        assertThat(json.get("minutes")).isEmpty();
        assertThat(json.get("addsUp").asBoolean()).isTrue();
    }

    private static String print(
            Function<PrintWriter, ReconcilePrinter> format, List<Finding> findings, MinuteBalance... minutes) {
        var sightings = new Sightings();
        sightings.add(EPOCH, 40, new Sighting(Sighting.Place.ARCHIVE, "object, record 9"));
        sightings.add(EPOCH, 40, new Sighting(Sighting.Place.STREAM, "shard"));
        if (!findings.isEmpty()) {
            sightings.note("a file is gone");
        }
        var out = new StringWriter();
        var writer = new PrintWriter(out);
        ReconcilePrinter printer = format.apply(writer);
        for (MinuteBalance minute : minutes) {
            printer.minute(minute, minute.equals(LACKING) ? findings : List.of());
        }
        printer.end(new Reconciliation(
                MINUTE,
                MINUTE.plusSeconds(180),
                Optional.of(MINUTE.plusSeconds(90)),
                new Reconciliation.Totals(minutes.length, 90, 90, 90, 1, 1, 0),
                findings,
                List.of(YOUNG),
                0,
                sightings));
        writer.flush();
        return out.toString();
    }
}
