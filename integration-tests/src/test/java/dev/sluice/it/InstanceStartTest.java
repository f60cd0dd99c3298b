package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How an instance takes the volume of its journal: what was accepted and not sent may be on it, and on nothing else. */
class InstanceStartTest {
    private static final String DISK = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0";
    private static final String ATTACH = "aws ec2 attach-volume --region eu-west-1 --volume-id " + InstanceStart.VOLUME
            + " --instance-id i-0123456789abcdef0 --device /dev/sdj";

    @TempDir
    Path folder;

    private InstanceStart start;

    @BeforeEach
    void machine() throws IOException {
        Machine.needs("bash");
        start = new InstanceStart(folder);
    }

    private void diskBeginsWith(byte[] bytes) throws IOException {
        try (var disk = Files.newOutputStream(start.disk())) {
            disk.write(bytes);
            disk.write(new byte[2_000_000]);
        }
    }

    private String cluster() throws IOException {
        Path file = start.file("etc/ecs/ecs.config");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Test
    void aNewVolume_isMadeAFileSystem_mounted_andOnlyThenTheClusterJoined() throws Exception {
        diskBeginsWith(new byte[0]);
        assertThat(start.run()).isZero();
        assertThat(start.asked().stream().filter(line -> !line.startsWith("curl ")))
                .containsExactly(
                        "systemctl stop ecs",
                        ATTACH,
                        "mkfs.xfs -q " + DISK,
                        "mount /var/lib/sluice",
                        "xfs_growfs /var/lib/sluice",
                        "install -d -o 10001 -g 10001 -m 0700 /var/lib/sluice/journal",
                        "systemctl daemon-reload",
                        "systemctl start --no-block ecs");
        assertThat(cluster()).isEqualTo("ECS_CLUSTER=the-cluster\nECS_AWSVPC_BLOCK_IMDS=true\n");
        assertThat(Files.readString(start.file("etc/fstab")).replace(folder.toString(), ""))
                .isEqualTo(DISK + " /var/lib/sluice xfs noatime 0 2\n");
        assertThat(Files.readString(start.file("etc/systemd/system/docker.service.d/journal.conf"))
                        .replace(folder.toString(), ""))
                .isEqualTo("[Unit]\nRequiresMountsFor=/var/lib/sluice\n");
    }

    @Test
    void aVolumeThatWasUsed_isLeftAsItIs() throws Exception {
        diskBeginsWith("XFSB".getBytes(StandardCharsets.US_ASCII));
        assertThat(start.run()).isZero();
        assertThat(start.asked()).contains("mount /var/lib/sluice").noneMatch(line -> line.startsWith("mkfs"));
        assertThat(cluster()).contains("the-cluster");
    }

    /** Damaged at its very beginning, say: somebody has to look at it. */
    @Test
    void aVolumeWithAnythingAtAllOnIt_isNeverMadeNew() throws Exception {
        byte[] late = new byte[1_000_000];
        late[late.length - 1] = 1;
        diskBeginsWith(late);
        start.run();
        assertThat(start.asked()).noneMatch(line -> line.startsWith("mkfs"));
    }

    @Test
    void whileTheInstanceBeforeItHasTheVolume_itWaits() throws Exception {
        diskBeginsWith(new byte[0]);
        Path tries = start.file("tries");
        start.answer("aws", "echo x >>" + tries + "; [ $(wc -l <" + tries + ") -ge 3 ]");
        assertThat(start.run()).isZero();
        assertThat(start.asked().stream().filter(line -> line.startsWith("aws ") || line.startsWith("sleep ")))
                .containsExactly(ATTACH, "sleep 5", ATTACH, "sleep 5", ATTACH);
    }

    @Test
    void whenTheVolumeCannotBeMounted_theClusterIsNotJoined_andTheInstanceEnds() throws Exception {
        diskBeginsWith("XFSB".getBytes(StandardCharsets.US_ASCII));
        start.answer("mount", "exit 32");
        assertThat(start.run()).isNotZero();
        assertThat(cluster()).isEmpty();
        assertThat(start.asked())
                .doesNotContain("systemctl start --no-block ecs")
                .endsWith("shutdown -h now");
    }

    @Test
    void whenTheVolumeCannotBeRead_itIsNotMadeNew() throws Exception {
        Files.createDirectory(start.disk());
        assertThat(start.run()).isNotZero();
        assertThat(start.asked()).noneMatch(line -> line.startsWith("mkfs") || line.startsWith("mount"));
        assertThat(cluster()).isEmpty();
    }

    /** On a real file system, and on a volume that has grown in between. */
    @Test
    void whatOneInstanceHasWritten_theNextOneFinds() throws Exception {
        Machine.needsRoot();
        Machine.needs("mkfs.xfs", "xfs_growfs", "mount", "umount", "truncate");
        Path image = folder.resolve("volume");
        Machine.run("truncate", "-s", "400M", image.toString());
        long before =
                onANewInstance("first", image, journal -> Files.writeString(journal.resolve("segment"), "accepted"));
        Machine.run("truncate", "-s", "500M", image.toString());
        long after = onANewInstance("second", image, journal -> {
            assertThat(journal.resolve("segment")).hasContent("accepted");
            assertThat(Files.getAttribute(journal, "unix:uid")).isEqualTo(10001);
        });
        assertThat(after).isGreaterThan(before + 50_000_000);
    }

    private interface Use {
        void of(Path journal) throws IOException;
    }

    /** @return how large the file system is there */
    private long onANewInstance(String name, Path image, Use use) throws Exception {
        var instance = new InstanceStart(Files.createDirectory(folder.resolve(name)));
        instance.withRealDisk(image);
        int exit = instance.run();
        Path mounted = instance.file("var/lib/sluice");
        try {
            Machine.skipUnless(!instance.said().contains("loop device"), "no loop device can be mounted here");
            assertThat(exit).as(instance.said()).isZero();
            use.of(mounted.resolve("journal"));
            return Files.getFileStore(mounted).getTotalSpace();
        } finally {
            if (exit == 0) {
                Machine.run("umount", mounted.toString());
            }
        }
    }
}
