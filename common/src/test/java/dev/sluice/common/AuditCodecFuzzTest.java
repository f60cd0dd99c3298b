package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Whatever lies in the stream: it is refused, or it is an audit record, and then writing it again gives the same bytes. Magic and
 * checksum are made right first, as an attacker who can write to the stream would.
 */
class AuditCodecFuzzTest {
    private static final int CRC_OFFSET = 50;

    @FuzzTest(maxDuration = "20s")
    void decode_refusesOrUnderstands(byte[] bytes) {
        byte[] forged = bytes.clone();
        if (forged.length >= AuditCodec.HEADER_BYTES) {
            ByteBuffer.wrap(forged).putInt(0x534C5541).put((byte) 1);
            var crc = new CRC32C();
            crc.update(forged, 0, CRC_OFFSET);
            crc.update(forged, AuditCodec.HEADER_BYTES, forged.length - AuditCodec.HEADER_BYTES);
            ByteBuffer.wrap(forged).putInt(CRC_OFFSET, (int) crc.getValue());
        }
        AuditRecord audit;
        try {
            audit = AuditCodec.decode(forged);
        } catch (FrameFormatException e) {
            return;
        }
        assertThat(AuditCodec.encode(audit)).isEqualTo(forged);
    }
}
