package dev.sluice.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShardThrottleTest {
    private static final int MIB = 1024 * 1024;

    private long now = 1_000_000_000;
    private final ShardThrottle throttle = new ShardThrottle(ShardLimits.ALL, now);

    private int writes(int calls, int bytes) {
        int passed = 0;
        for (int i = 0; i < calls; i++) {
            passed += throttle.tryWrite(bytes, now) ? 1 : 0;
        }
        return passed;
    }

    @Test
    void tryWrite_passesAThousandRecordsASecond() {
        assertThat(writes(1_500, 10)).isEqualTo(1_000);
        now += 250_000;
        assertThat(writes(1_500, 10)).isEqualTo(250);
        now += 60_000_000;
        assertThat(writes(1_500, 10)).isEqualTo(1_000);
    }

    @Test
    void tryWrite_passesAMebibyteASecond() {
        assertThat(writes(1, MIB)).isEqualTo(1);
        assertThat(writes(1, 1)).isZero();
        now += 500_000;
        assertThat(writes(10, MIB / 4)).isEqualTo(2);
    }

    @Test
    void tryWrite_letsASmallRecordPassBehindOneThatWasRefused() {
        assertThat(writes(1, MIB - 100)).isEqualTo(1);
        assertThat(writes(1, 200)).isZero();
        assertThat(writes(1, 100)).isEqualTo(1);
    }

    @Test
    void tryRead_neverRefusesOneCallIn200Milliseconds() {
        for (int i = 0; i < 1_000; i++) {
            // Two calls come close together, the next one late: as a busy machine does it.
            now += i % 2 == 0 ? 50_000 : 350_000;
            assertThat(throttle.tryRead(now)).isTrue();
        }
    }

    @Test
    void tryRead_refusesTheSixthCallAtOnce() {
        for (int i = 0; i < 5; i++) {
            assertThat(throttle.tryRead(now)).isTrue();
        }
        assertThat(throttle.tryRead(now)).isFalse();
        now += 200_000;
        assertThat(throttle.tryRead(now)).isTrue();
    }

    @Test
    void tryRead_refusesUntilABigAnswerIsPaidFor() {
        assertThat(throttle.tryRead(now)).isTrue();
        throttle.wasRead(10 * MIB);
        now += 3_900_000;
        assertThat(throttle.tryRead(now)).isFalse();
        now += 200_000;
        assertThat(throttle.tryRead(now)).isTrue();
    }

    @Test
    void aClockSetBack_neitherGivesNorBlocks() {
        assertThat(writes(1_500, 1)).isEqualTo(1_000);
        now -= 3_600_000_000L;
        assertThat(writes(10, 1)).isZero();
        now += 1_000_000;
        assertThat(writes(1_500, 1)).isEqualTo(1_000);
    }

    @Test
    void noLimits_passEverything() {
        ShardThrottle free = new ShardThrottle(ShardLimits.NONE, now);
        for (int i = 0; i < 5_000; i++) {
            assertThat(free.tryWrite(MIB, now)).isTrue();
            assertThat(free.tryRead(now)).isTrue();
        }
    }
}
