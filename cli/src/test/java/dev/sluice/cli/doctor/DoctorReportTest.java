package dev.sluice.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.doctor.CheckUp.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class DoctorReportTest {
    private static final DoctorReport REPORT = new DoctorReport(List.of(
            outcome("stream.active", Finding.ok("sluice is ACTIVE")),
            outcome("aws.identity", Finding.skipped("no identities here")),
            outcome("disk", Finding.fail("tmpfs", "mount a volume"))));

    private static Outcome outcome(String name, Finding finding) {
        return new Outcome(Check.of(name, "looking", "look again", () -> finding), finding, false, 3);
    }

    @Test
    void text_isAligned_withTheAdviceBelowWhatFailed() {
        assertThat(REPORT.text(false)).isEqualTo("""
                OK       stream.active  sluice is ACTIVE
                SKIPPED  aws.identity   no identities here
                FAIL     disk           tmpfs
                                        -> mount a volume
                1 ok, 0 to look at, 1 failed, 1 skipped
                """);
    }

    @Test
    void text_hasColoursForATerminalOnly() {
        assertThat(REPORT.text(true)).contains("\033[31mFAIL   \033[0m  disk");
        assertThat(REPORT.text(false)).doesNotContain("\033");
    }

    @Test
    void json_holdsAllOfIt() {
        var read = JsonMapper.builder().build().readTree(REPORT.json());

        assertThat(read.get("healthy").asBoolean()).isFalse();
        assertThat(read.get("checks").size()).isEqualTo(3);
        assertThat(read.get("checks").get(2).toString())
                .isEqualTo("{\"name\":\"disk\",\"tried\":\"looking\",\"result\":\"FAIL\",\"found\":\"tmpfs\","
                        + "\"advice\":\"mount a volume\",\"millis\":3}");
    }

    @Test
    void isHealthy_alsoWithWarnings() {
        var report = new DoctorReport(List.of(outcome("a", Finding.warn("soon", "look"))));

        assertThat(report.isHealthy()).isTrue();
        assertThat(REPORT.isHealthy()).isFalse();
    }
}
