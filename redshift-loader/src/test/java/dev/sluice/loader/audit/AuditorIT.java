package dev.sluice.loader.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.loader.audit.EpochProof.State;
import dev.sluice.loader.load.MigratedWarehouse;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The proof on the local Redshift, with books that were kept by hand. */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class AuditorIT {
    private static final Instant START = Instant.parse("2026-11-23T10:00:30Z");
    private static final Duration LATE = Duration.ofSeconds(20);
    private static final Duration GRACE = Duration.ofMinutes(5);
    /** A whole turn of the sweep: six rounds, at ten seconds. */
    private static final int TURN = 6;

    private static final AuditProperties PROPERTIES =
            new AuditProperties(Duration.ofSeconds(10), Duration.ofHours(1), LATE, GRACE, Duration.ofMinutes(1));

    private static LocalRedshift redshift;
    private static HikariDataSource source;

    private final AtomicLong nanos = new AtomicLong(-7);
    private final AtomicReference<Instant> now = new AtomicReference<>(START.plusSeconds(300));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Auditor auditor;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        redshift = LocalRedshift.start(new RedshiftSettings(directory, 0, URI.create("http://127.0.0.1:1")));
        source = MigratedWarehouse.at(redshift.jdbcUrl());
    }

    @AfterAll
    static void stop() throws Exception {
        source.close();
        redshift.close();
    }

    @BeforeEach
    void emptyBooks() {
        for (String table : PROOF_TABLES) {
            JdbcClient.create(source).sql("DELETE FROM " + table).update();
        }
        auditor = auditor();
    }

    private static final String[] PROOF_TABLES = {
        "audit_buckets", "audit_proofs", "browser_repeats", "forgotten_rows", "page_views"
    };

    private Auditor auditor() {
        return new Auditor(source, PROPERTIES, new AuditReport(registry, now::get), now::get, nanos::get);
    }

    @Test
    void round_provesAnEpochThatHasEndedComplete() {
        KnownBooks books = books().accept(0, 199, false).accept(200, 199, true).load(0, 199);
        auditor.round();
        assertThat(proof(books)).isEqualTo(new EpochProof(books.epoch, State.COMPLETE, 199, books.received(200), 0, 0));
        assertThat(watermark()).isEqualTo(books.received(200));
        assertThat(value("sluice.audit.missing")).isZero();
        assertThat(value("sluice.audit.bucket.mismatch")).isZero();
    }

    @Test
    void watermark_isTheMinimumOverTheNodesThatGoOn() {
        books().accept(0, 199, false).load(0, 199);
        KnownBooks slow = books().accept(0, 49, false).accept(50, 99, false).load(0, 79);
        KnownBooks ended = books().accept(0, 9, true).load(0, 9);
        auditor.round();
        assertThat(proof(ended).state()).isEqualTo(State.COMPLETE);
        assertThat(watermark()).isEqualTo(slow.received(50));
        assertThat(value("sluice.pipeline.watermark.lag")).isEqualTo(250.0);
        slow.load(80, 99).accept(100, 99, false);
        auditor.round();
        assertThat(watermark()).isEqualTo(slow.received(100));
    }

    @Test
    void watermark_ofANodeThatIsIdleGoesOn() {
        KnownBooks books = books().accept(0, 9, false).load(0, 9);
        auditor.round();
        books.accept(100, 99, false);
        assertThat(watermark()).isEqualTo(books.received(10));
        JdbcClient.create(source)
                .sql("UPDATE audit_buckets SET first_seq = 10, last_seq = 9 WHERE first_seq = 100")
                .update();
        auditor.round();
        assertThat(watermark()).isEqualTo(books.received(100));
    }

    @Test
    void watermark_isHeldByRowsOfANodeThatHasNotToldAnythingYet_andNotForEver() {
        books().accept(0, 199, false).load(0, 199);
        KnownBooks unheard = books().load(70, 75);
        auditor.round();
        assertThat(watermark()).isEqualTo(Instant.parse("2026-11-23T10:01:00Z"));
        now.set(START.plus(Duration.ofHours(2)));
        nanos.addAndGet(Duration.ofHours(2).toNanos());
        auditor.round();
        assertThat(proof(unheard).state()).isEqualTo(State.UNHEARD);
        unheard.accept(0, 75, true).load(0, 69);
        auditor.round();
        assertThat(proof(unheard).state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void watermark_isNotHeldByRecordsThatNoNodeWrote() {
        KnownBooks books = books().accept(0, 199, false).load(0, 199);
        var foreign = new KnownBooks(source, START, UUID.nameUUIDFromBytes(new byte[] {1}));
        foreign.load(0, 0);
        rounds(TURN);
        assertThat(watermark()).isEqualTo(books.received(200));
        assertThat(new ProofTable(source).read()).doesNotContainKey(foreign.epoch);
        assertThat(value("sluice.audit.bucket.mismatch")).isZero();
    }

    @Test
    void round_provesAHitThatABrowserRepeated() {
        KnownBooks books = books().accept(0, 9, true).load(0, 4).repeat(5).load(6, 9);
        auditor.round();
        assertThat(proof(books).state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void round_missesNothingThatWasErasedOnRequest() {
        KnownBooks books = books().accept(0, 199, true).load(0, 199);
        rounds(TURN);
        books.forget(7).forget(199);
        rounds(TURN);
        assertThat(proof(books).state()).isEqualTo(State.COMPLETE);
        assertThat(value("sluice.audit.missing")).isZero();
        assertThat(value("sluice.audit.bucket.mismatch")).isZero();
    }

    @Test
    void round_ignoresRecordsThatAreRepeatedOrHeldByLargerOnes() {
        KnownBooks books = books().accept(0, 49, false)
                .accept(0, 49, false)
                .accept(50, 99, false)
                .accept(0, 99, true)
                .load(0, 99);
        rounds(TURN);
        assertThat(proof(books).state()).isEqualTo(State.COMPLETE);
        assertThat(value("sluice.audit.bucket.mismatch")).isZero();
    }

    @Test
    void round_findsAHitThatNeverCame_onceItIsOverdue(CapturedOutput output) {
        KnownBooks books = books().accept(0, 199, false).load(0, 99).load(102, 199);
        auditor.round();
        assertThat(value("sluice.audit.missing")).isZero();
        assertThat(output).doesNotContain("The proof fails");
        nanos.addAndGet(GRACE.toNanos());
        rounds(TURN);
        assertThat(value("sluice.audit.missing")).isEqualTo(2);
        assertThat(output)
                .containsOnlyOnce("The proof fails: 2 hits are missing: epoch " + books.epoch + ", seq 100-101");
        assertThat(proof(books).provenSeq()).isEqualTo(99);
        assertThat(number("SELECT missing FROM watermark")).isEqualTo(2);

        books.load(100, 101);
        rounds(TURN);
        assertThat(value("sluice.audit.missing")).isZero();
        assertThat(output).containsOnlyOnce("no longer 2 hits are missing");
        assertThat(proof(books).provenSeq()).isEqualTo(199);
    }

    @Test
    void round_findsWhatIsMissingOfAnEpoch_ofWhichSomethingHasBeenMissingForLong(CapturedOutput output) {
        KnownBooks books = books().accept(0, 199, false).load(0, 99).load(102, 199);
        auditor.round();
        nanos.addAndGet(GRACE.toNanos());
        rounds(TURN);
        assertThat(value("sluice.audit.missing")).isEqualTo(2);

        Instant later = START.plus(Duration.ofHours(2));
        new KnownBooks(source, later.minusSeconds(200), UUID.fromString(books.epoch))
                .accept(200, 299, false)
                .load(200, 249)
                .load(252, 299);
        now.set(later.plusSeconds(300));
        rounds(TURN);
        assertThat(value("sluice.audit.missing")).isEqualTo(2);
        nanos.addAndGet(GRACE.toNanos());
        rounds(TURN);
        assertThat(value("sluice.audit.missing")).isEqualTo(4);
        assertThat(output).contains("4 hits are missing: epoch " + books.epoch + ", seq 100-101, 250-251");
    }

    @Test
    void round_namesAHitThatIsLate_beforeItCountsAsMissing(CapturedOutput output) {
        KnownBooks books = books().accept(0, 199, false).load(0, 99).load(102, 199);
        auditor.round();
        assertThat(value("sluice.audit.late")).isZero();
        nanos.addAndGet(LATE.toNanos());
        rounds(TURN);
        assertThat(output)
                .containsOnlyOnce("The proof waits: 2 hits are late: epoch " + books.epoch + ", seq 100-101")
                .doesNotContain("The proof fails");
        assertThat(value("sluice.audit.late")).isEqualTo(2);
        assertThat(value("sluice.audit.missing")).isZero();

        nanos.addAndGet(GRACE.toNanos());
        auditor.round();
        assertThat(value("sluice.audit.late")).isZero();
        assertThat(value("sluice.audit.missing")).isEqualTo(2);

        books.load(100, 101);
        auditor.round();
        assertThat(value("sluice.audit.late") + value("sluice.audit.missing")).isZero();
    }

    @Test
    void round_tellsOnceOfHitsThatAreLate_howeverManyMoreBecomeSo(CapturedOutput output) {
        KnownBooks books = books().accept(0, 99, false);
        auditor.round();
        nanos.addAndGet(LATE.toNanos());
        auditor.round();
        books.accept(100, 199, false);
        auditor.round();
        nanos.addAndGet(LATE.toNanos());
        auditor.round();
        assertThat(value("sluice.audit.late")).isEqualTo(200);
        assertThat(output).containsOnlyOnce("The proof waits: 100 hits are late");
    }

    @Test
    void round_findsARowThatIsDeletedLater_withinATurnAndWithoutWaiting(CapturedOutput output) {
        KnownBooks books = books().accept(0, 199, true).load(0, 199);
        rounds(TURN);
        books.delete(123, 0);
        rounds(TURN);
        assertThat(output).containsOnlyOnce("1 hits are missing: epoch " + books.epoch + ", seq 123");
        assertThat(value("sluice.audit.missing")).isEqualTo(1);
        assertThat(watermark()).isEqualTo(Instant.parse("2026-11-23T10:01:00Z")).isBefore(books.received(123));

        books.insert(123, 0);
        rounds(TURN + 1);
        assertThat(value("sluice.audit.missing")).isZero();
        assertThat(value("sluice.audit.bucket.mismatch")).isZero();
        assertThat(proof(books).state()).isEqualTo(State.COMPLETE);
        assertThat(watermark()).isEqualTo(books.received(200));
    }

    @Test
    void round_findsARowThatIsThereTwice(CapturedOutput output) {
        KnownBooks books = books().accept(0, 199, true).load(0, 199);
        books.insert(77, 0);
        rounds(TURN);
        assertThat(output).containsOnlyOnce("1 rows are there more than once: epoch " + books.epoch + ", seq 77[0]");
        assertThat(value("sluice.audit.duplicate")).isEqualTo(1);
        assertThat(proof(books).doubled()).isEqualTo(1);
    }

    @Test
    void round_findsADoubledRowThoughAnotherIsGone(CapturedOutput output) {
        KnownBooks books = books().accept(0, 199, true).load(0, 199);
        rounds(TURN);
        books.insert(77, 0).delete(78, 0);
        rounds(TURN);
        assertThat(output)
                .contains("1 rows are there more than once: epoch " + books.epoch + ", seq 77[0]")
                .contains("1 hits are missing: epoch " + books.epoch + ", seq 78");
    }

    @Test
    void round_namesTheEventOfAHitThatIsGone_unlessItWasTheLast(CapturedOutput output) {
        KnownBooks books = books().accept(0, 9, true).load(0, 9);
        books.loadEvent(4, 1).loadEvent(4, 2).loadEvent(6, 1);
        rounds(TURN);
        assertThat(value("sluice.audit.bucket.mismatch")).isZero();
        books.delete(4, 1);
        rounds(TURN);
        assertThat(output).contains("1 events of hits are missing: epoch " + books.epoch + ", seq 4[1]");
        books.insert(4, 1).delete(6, 1);
        rounds(TURN);
        assertThat(output).contains("1 rows fewer than were loaded: epoch " + books.epoch);
        assertThat(value("sluice.audit.bucket.mismatch")).isEqualTo(1);
    }

    @Test
    void round_goesOnWhereAnEarlierProcessStopped() {
        KnownBooks books = books().accept(0, 99, false).load(0, 99);
        auditor.round();
        books.accept(100, 199, true).load(100, 199);
        auditor = auditor();
        auditor.round();
        assertThat(proof(books).state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void round_heedsADiskThatComesBackAfterALongTime() {
        KnownBooks dead = books().accept(0, 99, false).load(0, 79);
        auditor.round();
        now.set(START.plus(Duration.ofHours(7)));
        rounds(TURN);
        assertThat(watermark()).isEqualTo(START.truncatedTo(ChronoUnit.MINUTES));
        dead.accept(0, 149, true).load(80, 149);
        auditor.round();
        assertThat(proof(dead).state()).isEqualTo(State.COMPLETE);
        assertThat(watermark()).isEqualTo(dead.received(150));
    }

    @Test
    void watermark_isNoLongerHeldByWhatAnOperatorWroteOff() {
        books().accept(0, 199, false).load(0, 199);
        KnownBooks lost = books().accept(0, 99, false).load(0, 9);
        auditor.round();
        assertThat(new ProofTable(source).writeOff(lost.epoch)).isTrue();
        nanos.addAndGet(GRACE.toNanos());
        rounds(TURN);
        assertThat(proof(lost).state()).isEqualTo(State.WRITTEN_OFF);
        assertThat(watermark()).isEqualTo(lost.received(200));
        assertThat(number("SELECT written_off_epochs FROM watermark")).isEqualTo(1);
        assertThat(value("sluice.audit.missing")).isZero();
    }

    @Test
    void watermark_saysNothingOfWhatWasLoadedBeforeNodesTold() {
        JdbcClient.create(source)
                .sql("INSERT INTO audit_proofs VALUES ('old', 'unheard', -1, '2026-11-22', 0, 0, '2026-11-22')")
                .update();
        auditor.round();
        assertThat(new Books(source).watermark()).isEmpty();
        assertThat(number("SELECT COUNT(*) FROM watermark WHERE as_of = CAST('" + Books.text(now.get())
                        + "' AS TIMESTAMP)"))
                .isEqualTo(1);
    }

    @Test
    void writeOff_refusesAnEpochThatNobodyKnows() {
        assertThat(new ProofTable(source).writeOff("nobody")).isFalse();
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            auditor.round();
        }
    }

    private static KnownBooks books() {
        return new KnownBooks(source, START);
    }

    private static EpochProof proof(KnownBooks books) {
        return Objects.requireNonNull(new ProofTable(source).read().get(books.epoch));
    }

    private static Instant watermark() {
        return new Books(source).watermark().orElseThrow();
    }

    private static long number(String sql) {
        return JdbcClient.create(source).sql(sql).query(Long.class).single();
    }

    private double value(String gauge) {
        return registry.get(gauge).gauge().value();
    }
}
