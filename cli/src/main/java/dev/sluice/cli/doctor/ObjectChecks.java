package dev.sluice.cli.doctor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What the consumer and the loader may do with objects, prefix by prefix. Where a service may not delete, a put is tried with a
 * checksum that is not the content's: S3 looks at the right first, then refuses it, and nothing is there to be taken away.
 */
final class ObjectChecks {
    private static final int PRECONDITION_FAILED = 412;
    private static final byte[] CONTENT = "sluice doctor\n".getBytes(StandardCharsets.US_ASCII);
    private static final String WRONG_MD5 = Base64.getEncoder().encodeToString(new byte[16]);

    private final ServiceClients clients;
    private final String bucket;
    private final String prefix;
    private final String probe = "doctor-" + UUID.randomUUID();

    ObjectChecks(ServiceClients clients, String bucket, String prefix) {
        this.clients = clients;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    List<Check> ofConsumer() {
        return List.of(
                put("consumer.put-data", "staged/data/", "ConsumerRole"),
                put("consumer.put-batches", "staged/batches/", "ConsumerRole"),
                get("consumer.get-batches", "staged/batches/", "ConsumerRole"));
    }

    Check ofArchive() {
        return put("consumer.put-archive", "archive/", "ConsumerRole");
    }

    List<Check> ofLoader() {
        return List.of(
                get("loader.get-data", "staged/data/", "LoaderRole"),
                list("loader.list-batches", "staged/batches/"),
                delete("loader.delete-batches", "staged/batches/"),
                put("loader.put-loaded", "loaded/", "LoaderRole"),
                put("loader.put-manifests", "manifests/", "LoaderRole"),
                Check.of(
                                "loader.round-trip",
                                "put, get, list and delete of a probe below " + folder("staged/clean/"),
                                grant("s3:PutObject, s3:GetObject and s3:DeleteObject", "staged/clean/", "LoaderRole"),
                                this::roundTrip)
                        .needing(BucketChecks.EXISTS),
                Check.of(
                                "bucket.if-none-match",
                                "a second put of the same probe with If-None-Match: *",
                                grant("s3:PutObject and s3:DeleteObject", "staged/clean/", "LoaderRole"),
                                this::ifNoneMatch)
                        .needing(BucketChecks.EXISTS));
    }

    private Check put(String name, String folder, String role) {
        return Check.of(
                        name,
                        "PutObject below " + folder(folder)
                                + " with a checksum that is wrong, so that nothing is written",
                        grant("s3:PutObject", folder, role),
                        () -> putNothing(prefix + folder + probe))
                .needing(BucketChecks.EXISTS);
    }

    private Check get(String name, String folder, String role) {
        return Check.of(
                        name,
                        "GetObject of a missing object below " + folder(folder),
                        grant(
                                "s3:GetObject, and s3:ListBucket without which missing reads as forbidden,",
                                folder,
                                role),
                        () -> getNothing(prefix + folder + probe))
                .needing(BucketChecks.EXISTS);
    }

    private Check list(String name, String folder) {
        return Check.of(
                        name,
                        "ListObjectsV2 of " + folder(folder),
                        grant("s3:ListBucket", folder, "LoaderRole"),
                        () -> {
                            clients.s3()
                                    .listObjectsV2(r -> r.bucket(bucket)
                                            .prefix(prefix + folder)
                                            .maxKeys(1));
                            return Finding.ok("listed");
                        })
                .needing(BucketChecks.EXISTS);
    }

    private Check delete(String name, String folder) {
        return Check.of(
                        name,
                        "DeleteObject of a missing object below " + folder(folder),
                        grant("s3:DeleteObject", folder, "LoaderRole"),
                        () -> deleteNothing(prefix + folder + probe))
                .needing(BucketChecks.EXISTS);
    }

    private Finding putNothing(String key) {
        try {
            clients.s3()
                    .putObject(r -> r.bucket(bucket).key(key).contentMD5(WRONG_MD5), RequestBody.fromBytes(CONTENT));
        } catch (S3Exception e) {
            if (Said.isDenied(e) || e.statusCode() >= 500) {
                throw e;
            }
            return Finding.ok("the put got as far as its checksum");
        }
        remove(key);
        return Finding.ok("put");
    }

    private Finding getNothing(String key) {
        try {
            clients.s3().getObjectAsBytes(r -> r.bucket(bucket).key(key));
            return Finding.fail("found " + key + ", which nobody wrote", "look at who else writes to this bucket");
        } catch (NoSuchKeyException _) {
            return Finding.ok("missing reads as missing");
        }
    }

    private Finding deleteNothing(String key) {
        var answer = clients.s3().deleteObject(r -> r.bucket(bucket).key(key));
        if (Boolean.TRUE.equals(answer.deleteMarker())) {
            // A bucket with versions keeps a mark of it; that goes too, if it may.
            remove(key, answer.versionId());
        }
        return Finding.ok("deleted nothing");
    }

    private Finding roundTrip() {
        String folder = prefix + "staged/clean/" + probe + "/";
        String key = folder + "round-trip";
        try {
            clients.s3().putObject(r -> r.bucket(bucket).key(key), RequestBody.fromBytes(CONTENT));
            var back = clients.s3().getObjectAsBytes(r -> r.bucket(bucket).key(key));
            int listed = clients.s3()
                    .listObjectsV2(r -> r.bucket(bucket).prefix(folder))
                    .keyCount();
            clients.s3().deleteObject(r -> r.bucket(bucket).key(key));
            return back.asByteArray().length == CONTENT.length && listed == 1
                    ? Finding.ok("put, got, listed, deleted")
                    : Finding.fail(
                            "what was put is not what is there",
                            "not a store that behaves as S3 does: look at its maker");
        } catch (S3Exception e) {
            remove(key);
            throw e;
        }
    }

    private Finding ifNoneMatch() {
        String key = prefix + "staged/clean/" + probe + "-once";
        var put = new ArrayList<String>();
        try {
            for (String attempt : List.of("first", "second")) {
                clients.s3().putObject(r -> r.bucket(bucket).key(key).ifNoneMatch("*"), RequestBody.fromBytes(CONTENT));
                put.add(attempt);
            }
            return Finding.fail(
                    "an object was overwritten although it was there",
                    "without conditional writes two consumers can replace each other's batch: take a store that has them");
        } catch (S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED && !put.isEmpty()) {
                return Finding.ok("the second put was refused");
            }
            throw e;
        } finally {
            remove(key);
        }
    }

    private void remove(String key) {
        try {
            clients.s3().deleteObject(r -> r.bucket(bucket).key(key));
        } catch (SdkException _) {
            // Left to the lifecycle rule; the check says what was denied.
        }
    }

    private void remove(String key, String version) {
        try {
            clients.s3().deleteObject(r -> r.bucket(bucket).key(key).versionId(version));
        } catch (SdkException _) {
            // A mark without an object takes no room, and lifecycle rules end it.
        }
    }

    private String folder(String folder) {
        return "s3://" + bucket + "/" + prefix + folder;
    }

    private String grant(String actions, String folder, String role) {
        return "grant " + actions + " on " + folder(folder) + "* as " + role + " of deploy/aws/access.yml does";
    }
}
