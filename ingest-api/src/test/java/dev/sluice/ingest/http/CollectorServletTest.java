package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.EncodedHit;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.journal.HitRange;
import dev.sluice.ingest.journal.Journal;
import dev.sluice.ingest.journal.JournalEntry;
import dev.sluice.ingest.journal.JournalRefusedException;
import dev.sluice.ingest.journal.PendingAudit;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.unit.DataSize;

/** What the servlet says when its journal misbehaves; the rest is shown against the real application. */
class CollectorServletTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final OddJournal journal = new OddJournal();
    private final AcceptDeadlines deadlines = new AcceptDeadlines(Duration.ofMillis(1), 0);
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    /** A journal whose every append gives the same future. */
    private static final class OddJournal implements Journal {
        CompletableFuture<TransportId> future = new CompletableFuture<>();
        boolean throwing;

        @Override
        public CompletableFuture<TransportId> append(EncodedHit hit) {
            if (throwing) {
                throw new IllegalStateException("a fault in the journal");
            }
            return future;
        }

        @Override
        public List<JournalEntry> take(int maxHits, long maxBytes, Duration maxWait) {
            return List.of();
        }

        @Override
        public List<JournalEntry> takeBacklog(long maxBytes) {
            return List.of();
        }

        @Override
        public boolean hasBacklog() {
            return false;
        }

        @Override
        public void release(HitRange stored) {}

        @Override
        public List<PendingAudit> takeAudits() {
            return List.of();
        }

        @Override
        public void release(PendingAudit stored) {}

        @Override
        public void shut() {}

        @Override
        public void fail(Throwable cause) {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isDrained() {
            return false;
        }

        @Override
        public Standing standing() {
            return new Standing(0, 0, 0, 0, 0, Long.MAX_VALUE);
        }
    }

    @BeforeEach
    void start() {
        deadlines.start();
    }

    @AfterEach
    void stop() {
        deadlines.stop();
    }

    @AfterEach
    void everyRequestHasOneOutcome() {
        assertThat(registry.get("sluice.ingest.requests").counters().stream()
                        .mapToDouble(counter -> counter.count())
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void get_isOk_onceTheJournalAnswersForIt() throws Exception {
        journal.future.complete(new TransportId(new UUID(1, 1), 0));
        get();
        assertThat(response.getStatus()).isEqualTo(200);
        assertThat(response.getHeader("Set-Cookie")).startsWith("sp=");
    }

    @Test
    void get_is503_whenTheJournalDoesNotAnswerInTime() throws Exception {
        get();
        assertRefused("journal_slow");
    }

    @Test
    void get_is503_whenTheJournalRefusesLater() throws Exception {
        journal.future.completeExceptionally(new JournalRefusedException(JournalRefusedException.Reason.CLOSED));
        get();
        assertRefused("closed");
    }

    @Test
    void get_is503_whenTheJournalBreaks() throws Exception {
        journal.future.completeExceptionally(new IOException("no space left on device"));
        get();
        assertRefused("failed");
    }

    @Test
    void get_is503_whenTheJournalThrows() throws Exception {
        journal.throwing = true;
        get();
        assertRefused("failed");
    }

    @Test
    void get_is503_andStaysInterrupted_whenInterrupted() throws Exception {
        Thread.currentThread().interrupt();
        get();
        assertThat(Thread.interrupted()).isTrue();
        assertRefused("closed");
    }

    private void assertRefused(String reason) throws Exception {
        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getHeader("Retry-After")).isEqualTo("5");
        assertThat(response.getHeader("Set-Cookie")).isNull();
        assertThat(response.getContentAsString()).isEqualTo("try again later\n");
        assertThat(registry.get("sluice.ingest.requests")
                        .tag("reason", reason)
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    /** Somebody clicked, and has nothing to do with our disk. */
    @Test
    void aClick_isSentOn_andCounted_whenTheJournalRefuses() throws Exception {
        journal.future.completeExceptionally(new JournalRefusedException(JournalRefusedException.Reason.FULL));
        click();
        assertSentOn("journal_full");
    }

    @Test
    void aClick_isSentOn_andCounted_whenTheJournalThrows() throws Exception {
        journal.throwing = true;
        click();
        assertSentOn("failed");
    }

    private void click() throws Exception {
        var click = new MockHttpServletRequest("GET", "/r/tp2");
        click.setQueryString("u=https%3A%2F%2Fexample.com%2F");
        serve(click);
    }

    private void assertSentOn(String reason) {
        assertThat(response.getStatus()).isEqualTo(302);
        assertThat(response.getHeader("Location")).isEqualTo("https://example.com/");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(registry.get("sluice.ingest.requests")
                        .tag("reason", reason)
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    private void get() throws Exception {
        serve(new MockHttpServletRequest("GET", "/i"));
    }

    private void serve(MockHttpServletRequest request) throws Exception {
        var cookie = new NetworkCookie(
                new CookieProperties(
                        true,
                        "sp",
                        null,
                        List.of(),
                        null,
                        Duration.ofDays(1),
                        true,
                        true,
                        CookieProperties.SameSite.NONE),
                UUID::randomUUID);
        var answers = new Answers(Duration.ofSeconds(5));
        var voice = new CollectorRules.Voice(
                new Cors(new CorsProperties(List.of(), Duration.ofHours(1))),
                answers,
                new AsidePages(() -> true, answers, TrackerScript.load(new ScriptProperties(""))),
                new RedirectTargets(new RedirectProperties(true, List.of("example.com"), List.of())));
        var privacy = new PrivacyProperties(PrivacyProperties.Policy.HONOUR, PrivacyProperties.Policy.HONOUR);
        var rules = new CollectorRules(
                Routes.with(List.of(), true, AsidePages.PATHS),
                voice,
                new CallerReader(new ClientAddress(List.of()), cookie, null, privacy),
                new Gate(
                        new Gate.Limits(8192, 100),
                        new OriginList(List.of()),
                        new SiteList(List.of()),
                        new AddressLimiter(new RateLimitProperties(false, 1, 1, 1), System::nanoTime)),
                cookie,
                true,
                deadlines);
        var hits = new HitReader(cookie, () -> Instant.EPOCH);
        var gzip = new GzipProperties(true, 20, DataSize.ofKilobytes(64));
        var bodies = new BodyReader(1_000, Duration.ofSeconds(1), new ByteBudget(10_000), gzip, System::nanoTime);
        var servlet = new CollectorServlet(rules, hits, bodies, journal, new IngestMetrics(registry, journal));
        servlet.service(request, response);
    }
}
