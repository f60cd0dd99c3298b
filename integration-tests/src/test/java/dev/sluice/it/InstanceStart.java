package dev.sluice.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The script that an instance of ingest-node.yml runs when it starts, on this machine: its folders lie below one of the test's, and the
 * programs that would change the machine write down what they are asked. Confined to the test's thread.
 */
final class InstanceStart {
    static final String VOLUME = "vol-0123456789abcdef0";

    private final Path folder;
    private final Path asked;

    InstanceStart(Path folder) throws IOException {
        this.folder = folder;
        this.asked = folder.resolve("asked.txt");
        for (String name : List.of("bin", "etc/ecs", "etc/systemd/system", "dev/disk/by-id", "var/lib")) {
            Files.createDirectories(folder.resolve(name));
        }
        Files.createFile(asked);
        for (String program : List.of("mkfs.xfs", "mount", "xfs_growfs", "install", "systemctl", "shutdown", "sleep")) {
            answer(program, "");
        }
        answer("curl", "echo i-0123456789abcdef0");
        answer("aws", "");
    }

    /** As CloudFormation hands it over. */
    static String script() {
        return AwsTemplate.NODE
                .properties("LaunchTemplate")
                .at("/LaunchTemplateData/UserData/Fn::Base64/Fn::Sub/0")
                .asString();
    }

    /** What a program does when it was asked and has written that down. */
    void answer(String program, String answer) throws IOException {
        Path file = folder.resolve("bin").resolve(program);
        Files.writeString(file, """
                #!/bin/bash
                echo "${0##*/} $*" >>%s
                %s
                """.formatted(asked, answer));
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("cannot make executable " + file);
        }
    }

    /** The volume is this file, and the programs for file systems really run. */
    void withRealDisk(Path image) throws IOException {
        Files.createSymbolicLink(disk(), image);
        for (String program : List.of("/usr/sbin/mkfs.xfs", "/usr/sbin/xfs_growfs", "/usr/bin/install")) {
            answer(program.substring(program.lastIndexOf('/') + 1), "exec " + program + " \"$@\"");
        }
        // By what the script has written to fstab.
        answer(
                "mount",
                "read -r disk point type options _ <%s/etc/fstab\n".formatted(folder)
                        + "exec /usr/bin/mount -t $type -o loop,$options $disk $1");
    }

    Path disk() {
        return folder.resolve("dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0");
    }

    Path file(String path) {
        return folder.resolve(path);
    }

    /** @return how it ended */
    int run() throws IOException, InterruptedException {
        String script = script().replace("${Id}", VOLUME)
                .replace("${AWS::Region}", "eu-west-1")
                .replace("${Cluster}", "the-cluster")
                .replace("/dev/disk/", folder + "/dev/disk/")
                .replace("/etc/", folder + "/etc/")
                .replace("/var/lib/", folder + "/var/lib/");
        Path file = Files.writeString(folder.resolve("user-data.sh"), script);
        var builder = new ProcessBuilder("bash", file.toString());
        builder.environment().merge("PATH", folder.resolve("bin") + ":", (path, first) -> first + path);
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("does not end: " + Files.readString(folder.resolve("output.txt")));
        }
        return process.exitValue();
    }

    /** What it printed. */
    String said() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }

    /** What was asked of the programs, in order, in the test's folder's own names. */
    List<String> asked() throws IOException {
        return Files.readAllLines(asked).stream()
                .map(line -> line.replace(folder.toString(), ""))
                .toList();
    }
}
