package dev.sluice.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireTest {
    @Test
    void report_andItsFieldsAreInverse() throws IOException {
        byte[] body = Wire.report(Map.of('S', "ERROR", 'V', "ERROR", 'C', "22001", 'M', "té", 'D', "detail"));
        assertThat(Wire.fields(body))
                .containsEntry('C', "22001")
                .containsEntry('M', "té")
                .containsEntry('D', "detail")
                .hasSize(5);
    }

    @Test
    void byteLimit_getsRedshiftsWordsAndLosesTheRow() throws IOException {
        byte[] error = Wire.report(Map.of(
                'S',
                "ERROR",
                'V',
                "ERROR",
                'C',
                "23514",
                'M',
                "new row",
                'D',
                "Failing row contains (secret)",
                'n',
                "sluice_bytes_3_5"));
        assertThat(Wire.fields(ByteLimits.translate(error)))
                .containsEntry('C', "22001")
                .containsEntry('M', "value too long for type character varying(5)")
                .doesNotContainKey('D');
        byte[] other = Wire.report(Map.of('S', "ERROR", 'C', "23514", 'M', "m", 'n', "mine"));
        assertThat(ByteLimits.translate(other)).isSameAs(other);
    }

    @Test
    void messages_thatAreBrokenOrTooLongAreRefused() {
        assertThatThrownBy(() -> Wire.readBody(in(3))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Wire.readBody(in(Wire.MAX_MESSAGE_BYTES + 5))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Wire.readBody(in(100))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Wire.string(new byte[] {'a'}, 0)).isInstanceOf(IOException.class);
    }

    private static DataInputStream in(int length) throws IOException {
        var bytes = new ByteArrayOutputStream();
        new DataOutputStream(bytes).writeInt(length);
        return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    }

    @Test
    void startup_keepsWhatPostgresKnows() throws IOException {
        var body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {0, 3, 0, 0});
        for (String text : List.of(
                "user",
                "me",
                "database",
                "dev",
                "DateStyle",
                "ISO",
                "TimeZone",
                "Asia/Tokyo",
                "driver_version",
                "x",
                "plugin_name",
                "y")) {
            body.writeBytes(Wire.zeroEnded(text));
        }
        body.write(0);
        var packet = new ByteArrayOutputStream();
        new DataOutputStream(packet).writeInt(body.size() + 4);
        body.writeTo(packet);
        StartupPacket read = StartupPacket.read(new DataInputStream(new ByteArrayInputStream(packet.toByteArray())));
        assertThat(read.isVersion3()).isTrue();
        assertThat(read.user()).isEqualTo("me");
        assertThat(new String(read.forPostgres(), StandardCharsets.UTF_8))
                .isEqualTo("\0\3\0\0user\0sluice\0database\0dev\0DateStyle\0ISO\0\0");
    }

    @Test
    void password_isHashedAsTheProtocolSays() {
        // md5(md5("secret" + "me") + salt), worked out with another tool.
        assertThat(PasswordCheck.expected("me", "secret", new byte[] {1, 2, 3, 4}))
                .isEqualTo("md58322d584bf59f0253d58346307bb6ba3");
    }
}
