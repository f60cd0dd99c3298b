package dev.sluice.loader.staging.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchiveReaderTest {
    private static final List<ArchivedRecord> THREE =
            List.of(record("1", "a frame"), record("2", ""), record("3", "no frame \u0000 at all"));

    private static ArchivedRecord record(String sequenceNumber, String data) {
        return new ArchivedRecord(
                "shardId-000000000001",
                sequenceNumber,
                "kéy-" + sequenceNumber,
                Instant.parse("2026-11-23T10:59:59.999Z"),
                data.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] encoded(List<ArchivedRecord> records) {
        var out = new ByteArrayOutputStream();
        records.forEach(record -> out.writeBytes(ArchiveFormat.encode(record)));
        return out.toByteArray();
    }

    /** Reads up to the end, or up to what can't be read. */
    private static ArchiveFormatException readInto(List<ArchivedRecord> read, byte[] bytes) throws IOException {
        try (var reader = new ArchiveReader(new ByteArrayInputStream(bytes))) {
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                read.add(next.get());
            }
            return new ArchiveFormatException("none");
        } catch (ArchiveFormatException e) {
            return e;
        }
    }

    private static void assertSame(List<ArchivedRecord> read, List<ArchivedRecord> expected) {
        assertThat(read).usingRecursiveFieldByFieldElementComparator().containsExactlyElementsOf(expected);
    }

    @Test
    void next_givesWhatWasWritten_inOrder() throws Exception {
        var read = new ArrayList<ArchivedRecord>();
        assertThat(readInto(read, encoded(THREE))).hasMessage("none");
        assertSame(read, THREE);
        assertThat(readInto(read, new byte[0])).hasMessage("none");
    }

    @Test
    void anObjectCutShortAnywhere_givesWhatIsWhole_andThenSaysSo() throws Exception {
        byte[] all = encoded(THREE);
        int first = encoded(THREE.subList(0, 1)).length;
        int second = encoded(THREE.subList(0, 2)).length;
        for (int length = 1; length < all.length; length++) {
            var read = new ArrayList<ArchivedRecord>();
            byte[] cut = new byte[length];
            System.arraycopy(all, 0, cut, 0, length);
            ArchiveFormatException end = readInto(read, cut);
            int whole = length < first ? 0 : length < second ? 1 : 2;
            assertSame(read, THREE.subList(0, whole));
            if (length == first || length == second) {
                assertThat(end).as("cut at %d, between records", length).hasMessage("none");
            } else {
                assertThat(end).as("cut at %d", length).hasMessageContaining("is cut short");
            }
        }
    }

    @Test
    void aChangedByteAnywhere_isFound() throws Exception {
        byte[] one = encoded(THREE.subList(0, 1));
        for (int i = 0; i < one.length; i++) {
            byte[] damaged = one.clone();
            damaged[i] ^= 1;
            var read = new ArrayList<ArchivedRecord>();
            assertThat(readInto(read, damaged).getMessage()).as("byte %d", i).isNotEqualTo("none");
            assertThat(read).isEmpty();
        }
    }

    @Test
    void aClaimOfMoreThanKinesisTakes_isRefused_beforeMemoryIsTaken() throws Exception {
        byte[] bytes = encoded(THREE);
        bytes[5] = 0x7F;
        assertThat(readInto(new ArrayList<>(), bytes)).hasMessageContaining("claims");
    }

    @Test
    void aFieldThatIsLongerThanTheRecord_isFound_thoughTheCrcIsRight() {
        byte[] one = ArchiveFormat.encode(THREE.getFirst());
        one[ArchiveFormat.HEADER_BYTES] = (byte) 0xFF;
        var crc = new java.util.zip.CRC32C();
        crc.update(one, 0, one.length - ArchiveFormat.CRC_BYTES);
        java.nio.ByteBuffer.wrap(one).putInt(one.length - ArchiveFormat.CRC_BYTES, (int) crc.getValue());
        assertThatExceptionOfType(ArchiveFormatException.class)
                .isThrownBy(() -> ArchiveFormat.decode(one, 0))
                .withMessageContaining("within a field");
    }

    @Test
    void encode_refusesWhatNoStreamHolds() {
        var large = new ArchivedRecord("s", "1", "k", Instant.EPOCH, new byte[ArchiveFormat.MOST_BODY_BYTES]);
        assertThatIllegalArgumentException().isThrownBy(() -> ArchiveFormat.encode(large));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ArchiveFormat.encode(
                        new ArchivedRecord("s", "1", "k".repeat(70_000), Instant.EPOCH, new byte[0])));
    }
}
