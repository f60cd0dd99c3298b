package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @TempDir
    Path dir;

    @Test
    void acquire_namesWhoHoldsIt() throws IOException {
        Path data = dir.resolve("data");
        try (DirectoryLock held = DirectoryLock.acquire(data)) {
            assertThatThrownBy(() -> DirectoryLock.acquire(data))
                    .isInstanceOf(LocalCloudException.class)
                    .hasMessage(data + " is in use by process "
                            + ProcessHandle.current().pid() + "; stop that, or take another directory");
            assertThat(held).isNotNull();
        }
    }

    @Test
    void acquire_succeedsAfterClose() throws IOException {
        DirectoryLock.acquire(dir).close();
        DirectoryLock.acquire(dir).close();

        assertThat(dir.resolve("lock"))
                .hasContent("process " + ProcessHandle.current().pid() + "\n");
    }

    @Test
    void acquire_writesOverALongerHolder() throws IOException {
        Files.writeString(dir.resolve("lock"), "process 99999999999999999999\n");

        DirectoryLock.acquire(dir).close();

        assertThat(dir.resolve("lock"))
                .hasContent("process " + ProcessHandle.current().pid() + "\n");
    }
}
