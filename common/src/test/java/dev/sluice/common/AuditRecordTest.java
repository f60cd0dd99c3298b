package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AuditRecordTest {
    private static final UUID EPOCH = UUID.fromString("7d1f6ab2-52a1-4d31-9d0a-6a60f0f3a8c1");
    private static final Instant MINUTE = Instant.parse("2026-11-23T10:11:00Z");
    private static final Instant NEXT_MINUTE = MINUTE.plusSeconds(60);

    private static AuditRecord audit(long firstSeq, long lastSeq, Map<Instant, Long> hits) {
        return new AuditRecord(EPOCH, firstSeq, lastSeq, NEXT_MINUTE, false, new TreeMap<>(hits));
    }

    @Test
    void aRecordOfNoHits_isEmpty() {
        assertThat(audit(0, -1, Map.of()).isEmpty()).isTrue();
        assertThat(audit(7, 6, Map.of()).isEmpty()).isTrue();
        assertThat(audit(7, 7, Map.of(MINUTE, 1L)).isEmpty()).isFalse();
    }

    @Test
    void joinedTo_saysWhatBothSay() {
        AuditRecord first = audit(3, 9, Map.of(MINUTE, 7L));
        var second = new AuditRecord(
                EPOCH, 10, 14, NEXT_MINUTE.plusSeconds(9), true, new TreeMap<>(Map.of(MINUTE, 2L, NEXT_MINUTE, 3L)));
        assertThat(first.joinedTo(second))
                .isEqualTo(new AuditRecord(
                        EPOCH,
                        3,
                        14,
                        NEXT_MINUTE.plusSeconds(9),
                        true,
                        new TreeMap<>(Map.of(MINUTE, 9L, NEXT_MINUTE, 3L))));
        assertThatIllegalArgumentException().isThrownBy(() -> second.joinedTo(first));
    }

    @Test
    void whatNoNodeCanHaveCounted_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> audit(-1, 0, Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> audit(5, 3, Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> audit(0, Long.MAX_VALUE, Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> audit(0, 0, Map.of(MINUTE, 2L)));
        assertThatIllegalArgumentException().isThrownBy(() -> audit(0, 5, Map.of(MINUTE, 0L)));
        assertThatIllegalArgumentException().isThrownBy(() -> audit(0, 5, Map.of(MINUTE.plusSeconds(1), 1L)));
        assertThatIllegalArgumentException()
                .as("a year that no CSV of ours holds")
                .isThrownBy(() ->
                        new AuditRecord(EPOCH, 0, -1, Instant.parse("+10000-01-01T00:00:00Z"), false, new TreeMap<>()));
    }
}
