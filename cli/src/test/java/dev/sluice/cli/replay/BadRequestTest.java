package dev.sluice.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.replay.BadRequest.Verdict;
import dev.sluice.common.Frame;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.loader.load.BadEvent;
import dev.sluice.processor.enrich.StandardEnrichers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BadRequestTest {
    private static final Instant AT = Instant.parse("2026-06-01T09:00:00Z");
    private static final UUID EPOCH = UUID.randomUUID();
    private static final String GOOD = "{\"e\":\"pv\",\"p\":\"web\",\"url\":\"https://shop.example/\"}";
    private static final String BAD = "{\"e\":\"xx\"}";

    @Test
    void judge_movesWhatIsARowNow_andNamesWhatTheOthersLack() {
        BadEvent one = event(1, "validate", "schema_invalid");
        BadEvent two = event(2, "validate", "schema_invalid");
        Verdict verdict = judge(List.of(one, two), GOOD, GOOD, BAD);
        assertThat(verdict.moving()).containsExactly(one);
        assertThat(verdict.stillBad()).isEqualTo(Map.of(two, "unknown_event_type"));
        assertThat(verdict.rows())
                .extracting(row -> row.get(Columns.INGEST_INDEX))
                .containsExactly(1);
    }

    @Test
    void judge_ofAWholeRequest_takesAllOfItsEvents_theBadOnesToo() {
        BadEvent whole = event(0, "parse", "too_many_events");
        Verdict verdict = judge(List.of(whole), BAD, GOOD);
        assertThat(verdict.moving()).containsExactly(whole);
        assertThat(verdict.rows()).hasSize(2);
    }

    @Test
    void judge_ofAWholeRequestWithoutAnythingGood_leavesItAsItIs() {
        BadEvent whole = event(0, "parse", "too_many_events");
        Verdict verdict = judge(List.of(whole), BAD, BAD);
        assertThat(verdict.rows()).isEmpty();
        assertThat(verdict.stillBad()).isEqualTo(Map.of(whole, "unknown_event_type"));
    }

    @Test
    void judge_ofAnEventThatTheRequestHasNoMore_leavesItAsItIs() {
        BadEvent third = event(3, "enrich", "enricher_failed");
        BadEvent none = event(-1, "load", "too_long");
        Verdict verdict = judge(List.of(third, none), GOOD);
        assertThat(verdict.rows()).isEmpty();
        assertThat(verdict.stillBad().values()).containsExactly("no_such_event", "no_such_event");
    }

    @Test
    void judge_ofWhatWasErasedFromTheArchive_isGone() {
        BadEvent event = event(0, "validate", "schema_invalid");
        Verdict verdict = new BadRequest(List.of(event)).judge(RawHit.forgotten(AT), List.of());
        assertThat(verdict.gone()).containsExactly(event);
        assertThat(verdict.stillBad()).isEmpty();
    }

    @Test
    void requests_areTakenOnce_andTheRestIsGone() {
        BadEvent event = event(0, "validate", "schema_invalid");
        BadEvent other = new BadEvent(AT, EPOCH.toString(), 8, 0, "validate", "bad_json");
        // As of a record that was no frame.
        String made = UUID.nameUUIDFromBytes(new byte[] {1}).toString();
        BadEvent record = new BadEvent(AT, made, 0, 0, "parse", "not_a_frame");
        var requests = new BadRequests(List.of(event, other, record));
        Frame frame = new Frame(EPOCH, 6, List.of(hit(GOOD), hit(GOOD)));
        assertThat(requests.take(frame, 0)).isNull();
        assertThat(requests.take(frame, 1)).isEqualTo(new BadRequest(List.of(event)));
        assertThat(requests.take(frame, 1)).isNull();
        assertThat(requests.areAllFound()).isFalse();
        assertThat(requests.rest()).containsExactlyInAnyOrder(other, record);
    }

    private static Verdict judge(List<BadEvent> events, String... items) {
        RawHit hit = hit(items);
        List<Row> rows = StandardEnrichers.pipeline(InstantSource.system()).rows(new Frame(EPOCH, 7, List.of(hit)));
        return new BadRequest(events).judge(hit, rows);
    }

    private static RawHit hit(String... items) {
        String body = "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4\",\"data\":["
                + String.join(",", items) + "]}";
        return new RawHit(
                AT,
                new RawHit.Visitor("", RawHit.Visitor.NO_NETWORK_ID, false, PrivacySignal.NONE),
                RawHit.Method.POST,
                "/com.snowplowanalytics.snowplow/tp2",
                "",
                Map.of(),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static BadEvent event(int index, String stage, String reason) {
        return new BadEvent(AT, EPOCH.toString(), 7, index, stage, reason);
    }
}
