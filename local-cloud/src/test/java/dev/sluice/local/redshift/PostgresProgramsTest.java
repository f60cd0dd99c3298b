package dev.sluice.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresProgramsTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource({
        "Linux,amd64,postgres-linux-x86_64.txz",
        "Linux,aarch64,postgres-linux-arm_64.txz",
        "Mac OS X,x86_64,postgres-darwin-x86_64.txz",
        "Mac OS X,aarch64,postgres-darwin-arm_64.txz"
    })
    void resource_isThatOfThePlatform(String os, String arch, String resource) {
        assertThat(PostgresPrograms.resource(os, arch)).isEqualTo(resource);
    }

    @Test
    void unpack_doesItOnceAndNotByHalves() throws Exception {
        Path unfinished = Files.createDirectories(home.resolve("postgres.unfinished/bin"));
        Files.writeString(unfinished.resolve("postgres"), "half");

        Path programs = PostgresPrograms.unpack(home);
        Path postgres = programs.resolve("bin/postgres");
        assertThat(postgres).isExecutable();
        Files.setLastModifiedTime(postgres, FileTime.from(Instant.EPOCH));

        assertThat(PostgresPrograms.unpack(home)).isEqualTo(programs);
        assertThat(Files.getLastModifiedTime(postgres)).isEqualTo(FileTime.from(Instant.EPOCH));
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files.map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder(".lock", programs.getFileName().toString());
        }
    }
}
