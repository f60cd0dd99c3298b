package dev.sluice.local.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.stream.Stream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Makes an object visible whole or not at all, and {@code If-None-Match: *} let exactly one writer win, whatever moment the process
 * dies at. The store below it writes an upload beside its final name, where a listing shows it under a key nobody chose, and leaves
 * it there when the process is killed. Here uploads are written into a hidden bucket, forced to disk, and then given their name by
 * one link or rename. What a killed process left in the hidden bucket is deleted at the next start.
 *
 * <p>Thread-safe. One instance on a directory at a time.
 */
final class AtomicBlobStore extends ForwardingBlobStore {
    private static final Logger LOG = LoggerFactory.getLogger(AtomicBlobStore.class);
    /** No client can name it: bucket names don't start with a dot. */
    private static final String INCOMING = ".incoming";
    /** Deleting the last object of a directory deletes that too, perhaps between our making it and using it. */
    private static final int DIRECTORY_ATTEMPTS = 100;

    private final Path root;

    private AtomicBlobStore(BlobStore files, Path root) {
        super(files);
        this.root = root;
    }

    static AtomicBlobStore open(Path root) throws IOException {
        Path absolute = root.toAbsolutePath().normalize();
        Path incoming = Files.createDirectories(absolute.resolve(INCOMING));
        try (Stream<Path> leftovers = Files.list(incoming)) {
            for (Path leftover : leftovers.toList()) {
                Files.delete(leftover);
            }
        }
        return new AtomicBlobStore(new FilesystemNio2BlobStore(absolute.toString()), absolute);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        String condition = request.ifNoneMatch();
        if (!isPublishable(request.key()) || (condition != null && !condition.equals("*"))) {
            return super.putBlob(request, payload);
        }
        Path target = target(request.bucket(), request.key());
        String upload = UUID.randomUUID().toString();
        try {
            PutObjectResponse response = super.putBlob(
                    request.toBuilder()
                            .bucket(INCOMING)
                            .key(upload)
                            .ifNoneMatch(null)
                            .build(),
                    payload);
            publish(upload, target, condition != null);
            return response;
        } finally {
            discard(upload);
        }
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        if (!isPublishable(request.destinationKey())) {
            return super.copyBlob(request);
        }
        Path target = target(request.destinationBucket(), request.destinationKey());
        String upload = UUID.randomUUID().toString();
        try {
            CopyObjectResponse response = super.copyBlob(request.toBuilder()
                    .destinationBucket(INCOMING)
                    .destinationKey(upload)
                    .build());
            publish(upload, target, false);
            return response;
        } finally {
            discard(upload);
        }
    }

    @Override
    public ListBucketsResponse list() {
        ListBucketsResponse all = super.list();
        return all.toBuilder()
                .buckets(all.buckets().stream()
                        .filter(bucket -> !INCOMING.equals(bucket.name()))
                        .toList())
                .build();
    }

    /** Publishing goes past the versions the store below would keep. */
    @Override
    public boolean supportsVersioning() {
        return false;
    }

    /** The store below keeps some names for itself and has no bytes for a key that ends with a slash: both are its own to judge. */
    private static boolean isPublishable(String key) {
        return !key.endsWith("/") && !key.startsWith(".mpus-") && !key.startsWith(".s3proxy-");
    }

    private Path target(String bucket, String key) {
        Path directory = root.resolve(bucket).normalize();
        if (!root.equals(directory.getParent()) || !Files.isDirectory(directory)) {
            throw S3Exceptions.noSuchBucket(bucket, "");
        }
        Path target = directory.resolve(key).normalize();
        if (!target.startsWith(directory) || target.equals(directory)) {
            throw S3Exceptions.invalidArgument("The key leaves its bucket.");
        }
        return target;
    }

    private void publish(String upload, Path target, boolean onlyIfAbsent) {
        Path whole = root.resolve(INCOMING).resolve(upload);
        Path directory = parent(target);
        try {
            force(whole, StandardOpenOption.WRITE);
            name(whole, target, directory, onlyIfAbsent);
            force(directory, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new UncheckedIOException("Can't publish an object in " + directory, e);
        }
    }

    private static void name(Path whole, Path target, Path directory, boolean onlyIfAbsent) throws IOException {
        @Nullable NoSuchFileException vanished = null;
        for (int attempt = 0; attempt < DIRECTORY_ATTEMPTS; attempt++) {
            try {
                makeDirectory(directory);
                if (onlyIfAbsent) {
                    // A link, unlike a rename, fails when the name is there.
                    Files.createLink(target, whole);
                } else {
                    Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
                }
                return;
            } catch (FileAlreadyExistsException e) {
                throw S3Exceptions.preconditionFailed(e);
            } catch (NoSuchFileException e) {
                vanished = e;
            }
        }
        throw new IOException("The directory keeps vanishing", vanished);
    }

    private static void makeDirectory(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
        } catch (FileAlreadyExistsException e) {
            if (Files.isRegularFile(Path.of(e.getFile()))) {
                throw new IOException("A part of the key's path is an object itself", e);
            }
            // It was there when it should have been made, and gone when it was looked at.
            throw new NoSuchFileException(e.getFile());
        }
    }

    private static void force(Path path, StandardOpenOption access) throws IOException {
        try (FileChannel channel = FileChannel.open(path, access)) {
            channel.force(true);
        } catch (NoSuchFileException e) {
            if (access == StandardOpenOption.WRITE) {
                throw e;
            }
            // The directory went with its last object, ours: somebody deleted it, which is no failure to write it.
        }
    }

    private static Path parent(Path target) {
        Path directory = target.getParent();
        if (directory == null) {
            throw new IllegalArgumentException("not inside a bucket: " + target);
        }
        return directory;
    }

    private void discard(String upload) {
        try {
            Files.deleteIfExists(root.resolve(INCOMING).resolve(upload));
        } catch (IOException e) {
            // It costs disk until the next start, nothing else: no reason to hide how the upload itself ended.
            LOG.warn("Can't delete what is left of an upload", e);
        }
    }
}
