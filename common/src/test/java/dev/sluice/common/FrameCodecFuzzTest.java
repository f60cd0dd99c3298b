package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Whatever lies in the stream: it is refused, or it is a frame, and then writing it again gives a frame that says the same. The
 * checksum is made right first, as an attacker who can write to the stream would.
 */
class FrameCodecFuzzTest {
    private static final int CRC_OFFSET = 38;

    @FuzzTest(maxDuration = "20s")
    void decode_refusesOrUnderstands(byte[] bytes) {
        byte[] forged = bytes.clone();
        if (forged.length >= FrameCodec.HEADER_BYTES) {
            var crc = new CRC32C();
            crc.update(forged, 0, CRC_OFFSET);
            crc.update(forged, FrameCodec.HEADER_BYTES, forged.length - FrameCodec.HEADER_BYTES);
            ByteBuffer.wrap(forged).putInt(CRC_OFFSET, (int) crc.getValue());
        }
        Frame frame;
        try {
            frame = FrameCodec.decode(forged);
        } catch (FrameFormatException e) {
            return;
        }
        byte[] again = FrameCodec.encode(frame);
        try {
            assertThat(FrameCodec.decode(again)).usingRecursiveComparison().isEqualTo(frame);
        } catch (FrameFormatException e) {
            throw new AssertionError("what was written is refused", e);
        }
    }
}
