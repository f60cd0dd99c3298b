package dev.sluice.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.doctor.Finding.Result;
import dev.sluice.ingest.journal.JournalProperties;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class MachineAndJournalTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void principal_isTheRoleBehindASession() {
        assertThat(PolicySimulation.principal("arn:aws:sts::123456789012:assumed-role/SluiceIngest/i-0abc"))
                .isEqualTo("arn:aws:iam::123456789012:role/SluiceIngest");
        assertThat(PolicySimulation.principal("arn:aws:iam::123456789012:user/ada"))
                .isEqualTo("arn:aws:iam::123456789012:user/ada");
    }

    @Test
    void skew_isNoneWhenTheirSecondCanBeOurs() {
        assertThat(MachineChecks.skew(NOON, NOON.plusMillis(900), NOON.plusMillis(950)))
                .isZero();
        assertThat(MachineChecks.skew(NOON.plusSeconds(2), NOON, NOON.plusSeconds(3)))
                .isZero();
    }

    @Test
    void skew_isHowFarOffAtLeast() {
        assertThat(MachineChecks.skew(NOON, NOON.plusSeconds(8), NOON.plusSeconds(9)))
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(MachineChecks.skew(NOON.plusSeconds(9), NOON, NOON.plusSeconds(1)))
                .isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void journalOnADiskThatIsTooSmall_isToBeLookedAt(@TempDir Path folder) throws Exception {
        assertThat(result("journal.space", journal(folder, DataSize.ofTerabytes(900))))
                .isEqualTo(Result.WARN);
        assertThat(result("journal.space", journal(folder, DataSize.ofMegabytes(64))))
                .isEqualTo(Result.OK);
        assertThat(folder).as("probes that were left").isEmptyDirectory();
    }

    @Test
    void journalThatIsNotThereYet_isTriedWhereItWillBe(@TempDir Path folder) throws Exception {
        var journal = journal(folder.resolve("a/b"), DataSize.ofMegabytes(64));

        assertThat(result("journal.folder", journal)).isEqualTo(Result.OK);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void journalInMemory_fails() throws Exception {
        Path memory = Path.of("/dev/shm");
        Assumptions.assumeTrue(
                Files.isWritable(memory) && Files.getFileStore(memory).type().equals("tmpfs"), "no tmpfs at /dev/shm");

        assertThat(result("journal.disk", journal(memory, DataSize.ofMegabytes(64))))
                .isEqualTo(Result.FAIL);
    }

    private static JournalProperties journal(Path folder, DataSize most) {
        return new JournalProperties(
                folder,
                most,
                DataSize.ofMegabytes(1),
                DataSize.ofMegabytes(32),
                DataSize.ofMegabytes(8),
                DataSize.ofMegabytes(2),
                Duration.ofMillis(1));
    }

    private static Result result(String name, JournalProperties journal) throws InterruptedException {
        List<CheckUp.Outcome> outcomes = new CheckUp(Duration.ofSeconds(20)).run(new JournalChecks(journal).all());
        return outcomes.stream()
                .filter(outcome -> outcome.check().name().equals(name))
                .findFirst()
                .orElseThrow()
                .finding()
                .result();
    }
}
