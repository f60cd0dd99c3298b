package dev.sluice.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * A disk of its own for one test, whose power can be cut: ext4 in a file, mounted on a loop device. Needs root. Confined to the
 * test's thread.
 */
final class LoopDisk implements AutoCloseable {
    private final Path image;
    private final Path mountPoint;
    private boolean mounted;

    private LoopDisk(Path image, Path mountPoint) {
        this.image = image;
        this.mountPoint = mountPoint;
    }

    /** Skips the test, and says why, where such a disk can't be had. */
    static LoopDisk create(Path folder, int megabytes) throws Exception {
        Machine.needsRoot();
        Machine.needs("mkfs.ext4", "mount", "umount", "xfs_io", "truncate");
        var disk = new LoopDisk(folder.resolve("disk.img"), folder.resolve("disk"));
        Files.createDirectories(disk.mountPoint);
        Machine.run("truncate", "-s", megabytes + "M", disk.image.toString());
        // No blocks kept back for root: full is full.
        Machine.run("mkfs.ext4", "-q", "-m", "0", disk.image.toString());
        try {
            disk.mount();
        } catch (IOException e) {
            Machine.skipUnless(false, "no loop device can be mounted here: " + e.getMessage());
        }
        return disk;
    }

    /** Where its files are, while it is mounted. */
    Path path() {
        return mountPoint;
    }

    private void mount() throws Exception {
        Machine.run("mount", "-o", "loop", image.toString(), mountPoint.toString());
        mounted = true;
    }

    /**
     * As when the machine's plug is pulled: from now on nothing gets to the disk, not even what the operating system had taken
     * to write later.
     */
    void cutPower() throws Exception {
        Machine.run("xfs_io", "-x", "-c", "shutdown", mountPoint.toString());
    }

    /** The machine is started again: only what was on the disk is there. Nobody may use it when this is called. */
    void powerOn() throws Exception {
        unmount();
        mount();
    }

    /** Leaves no more than this free. */
    void fillUpTo(long freeBytes) throws Exception {
        long free = Files.getFileStore(mountPoint).getUsableSpace();
        Machine.run(
                "fallocate",
                "-l",
                String.valueOf(free - freeBytes),
                mountPoint.resolve("filler").toString());
    }

    private void unmount() {
        // A process that has just been killed may hold it for a moment longer.
        Awaitility.await("unmounting " + mountPoint)
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(() -> {
                    Machine.run("umount", mountPoint.toString());
                    return true;
                });
        mounted = false;
    }

    @Override
    public void close() {
        if (mounted) {
            unmount();
        }
    }
}
