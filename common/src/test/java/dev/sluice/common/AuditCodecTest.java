package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class AuditCodecTest {
    private static final UUID EPOCH = UUID.fromString("7d1f6ab2-52a1-4d31-9d0a-6a60f0f3a8c1");
    private static final Instant MINUTE = Instant.parse("2026-11-23T10:11:00Z");
    private static final AuditRecord AUDIT = new AuditRecord(
            EPOCH,
            3,
            14,
            Instant.parse("2026-11-23T10:12:01.123456Z"),
            true,
            new TreeMap<>(Map.of(MINUTE, 9L, MINUTE.plusSeconds(60), 3L)));
    private static final AuditRecord IDLE = new AuditRecord(EPOCH, 0, -1, MINUTE, false, new TreeMap<>());

    @Test
    void decode_givesBackWhatWasEncoded() throws FrameFormatException {
        for (AuditRecord audit : List.of(AUDIT, IDLE)) {
            byte[] bytes = AuditCodec.encode(audit);
            assertThat(AuditCodec.isAudit(bytes)).isTrue();
            assertThat(AuditCodec.decode(bytes)).isEqualTo(audit);
        }
    }

    /** The bytes of the first release: whatever comes later must still read them. */
    @Test
    void format_isAsDocumented() {
        assertThat(HexFormat.of().formatHex(AuditCodec.encode(AUDIT)))
                .isEqualTo("534c5541" + "01" + "01" + "7d1f6ab252a14d319d0a6a60f0f3a8c1" + "0000000000000003"
                        + "000000000000000e" + "000660eed3246080" + "00000002" + "9ff80ca0"
                        + "0000000001c899e3" + "0000000000000009" + "0000000001c899e4" + "0000000000000003");
    }

    @Test
    void framesAndAuditRecords_areNeverTakenForEachOther() {
        byte[] audit = AuditCodec.encode(AUDIT);
        assertThatThrownBy(() -> FrameCodec.decode(audit)).isInstanceOf(FrameFormatException.class);
        assertThat(AuditCodec.isAudit("SLUC and more".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
        assertThat(AuditCodec.isAudit(new byte[3])).isFalse();
    }

    @Test
    void everyChangedByte_isRefused() {
        byte[] whole = AuditCodec.encode(AUDIT);
        var random = new Random(7);
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 + random.nextInt(255));
            assertRefused(changed);
        }
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length));
        }
        assertRefused(Arrays.copyOf(whole, whole.length + 16));
    }

    /** The checksum is made right, as one who can write to the stream would. */
    @Test
    void impossibleValues_areRefused_whateverTheChecksumSays() {
        assertRefused(forged(4, (byte) 2));
        assertRefused(forged(5, (byte) 2));
        assertRefused(forged(22, (byte) 0x80));
        assertRefused(forged(30, (byte) 0x80));
        assertRefused(forged(38, (byte) 0x7f));
        assertRefused(forged(49, (byte) 1));
        assertRefused(forged(54, (byte) 0x7f));
        assertRefused(forged(61, (byte) 0xff));
        assertRefused(forged(69, (byte) 13));
    }

    private static byte[] forged(int at, byte value) {
        byte[] bytes = AuditCodec.encode(AUDIT);
        bytes[at] = value;
        var crc = new CRC32C();
        crc.update(bytes, 0, 50);
        crc.update(bytes, AuditCodec.HEADER_BYTES, bytes.length - AuditCodec.HEADER_BYTES);
        ByteBuffer.wrap(bytes).putInt(50, (int) crc.getValue());
        return bytes;
    }

    private static void assertRefused(byte[] bytes) {
        assertThatThrownBy(() -> AuditCodec.decode(bytes)).isInstanceOf(FrameFormatException.class);
    }
}
