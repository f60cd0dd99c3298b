package dev.sluice.cli.doctor;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The bucket itself: there, in this region, encrypted, closed to the public, tidied up. */
final class BucketChecks {
    static final String EXISTS = "bucket.exists";

    private static final String AS_TEMPLATE = "make the bucket as deploy/aws/access.yml does: ";

    private final ServiceClients clients;
    private final String bucket;
    private final String prefix;

    /** @param prefix of staging, empty or ending in a slash */
    BucketChecks(ServiceClients clients, String bucket, String prefix) {
        this.clients = clients;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    List<Check> all() {
        return List.of(
                Check.of(
                        EXISTS,
                        "ListObjectsV2 of s3://" + bucket + "/" + prefix + "staged/",
                        "create the bucket in the region of the services, grant s3:ListBucket on it, or set sluice.staging.bucket to yours",
                        this::exists),
                setting("bucket.encryption", "GetBucketEncryption", this::encryption),
                setting("bucket.public-access", "GetPublicAccessBlock", this::publicAccess),
                setting("bucket.versioning", "GetBucketVersioning", this::versioning),
                setting("bucket.lifecycle", "GetBucketLifecycleConfiguration", this::lifecycle));
    }

    private Finding exists() {
        try {
            clients.s3()
                    .listObjectsV2(
                            r -> r.bucket(bucket).prefix(prefix + "staged/").maxKeys(1));
            return Finding.ok(bucket + " is there");
        } catch (S3Exception e) {
            if (e.statusCode() == 301 || Said.code(e).equals("AuthorizationHeaderMalformed")) {
                return Finding.fail(
                        bucket + " is in another region: " + Said.by(e),
                        "set sluice.aws.region or AWS_REGION to the bucket's, or make the bucket in the services' region");
            }
            throw e;
        }
    }

    /** Settings that no service needs to read, so a role may well not be let. */
    private Check setting(String name, String call, Check.Probe probe) {
        return Check.of(name, call, "look at it by hand", () -> {
                    if (clients.areStandIns()) {
                        return Finding.skipped("a stand-in on this machine");
                    }
                    try {
                        return probe.run();
                    } catch (S3Exception e) {
                        if (Said.isDenied(e)) {
                            return Finding.skipped("may not be asked (" + Said.code(e)
                                    + "); no service needs to, an administrator can");
                        }
                        throw e;
                    }
                })
                .needing(EXISTS);
    }

    private Finding encryption() {
        String how =
                clients
                        .s3()
                        .getBucketEncryption(r -> r.bucket(bucket))
                        .serverSideEncryptionConfiguration()
                        .rules()
                        .stream()
                        .map(rule -> rule.applyServerSideEncryptionByDefault().sseAlgorithmAsString())
                        .collect(Collectors.joining(", "));
        return Finding.ok(how);
    }

    private Finding publicAccess() {
        PublicAccessBlockConfiguration block;
        try {
            block = clients.s3().getPublicAccessBlock(r -> r.bucket(bucket)).publicAccessBlockConfiguration();
        } catch (S3Exception e) {
            if (Said.code(e).equals("NoSuchPublicAccessBlockConfiguration")) {
                return open("not blocked by the bucket");
            }
            throw e;
        }
        boolean whole = List.of(
                        block.blockPublicAcls(),
                        block.blockPublicPolicy(),
                        block.ignorePublicAcls(),
                        block.restrictPublicBuckets())
                .stream()
                .allMatch(Boolean.TRUE::equals);
        return whole ? Finding.ok("all four blocks are on") : open("only partly blocked");
    }

    private static Finding open(String found) {
        return Finding.fail(
                found + ", and page views are personal data", AS_TEMPLATE + "all of PublicAccessBlockConfiguration");
    }

    private Finding versioning() {
        BucketVersioningStatus status =
                clients.s3().getBucketVersioning(r -> r.bucket(bucket)).status();
        return status == BucketVersioningStatus.ENABLED
                ? Finding.warn(
                        "on: what is deleted or expires stays as an old version",
                        "add NoncurrentVersionExpiration to the lifecycle rules, or suspend versioning")
                : Finding.ok("off");
    }

    private Finding lifecycle() {
        List<LifecycleRule> rules;
        try {
            rules = clients.s3()
                    .getBucketLifecycleConfiguration(r -> r.bucket(bucket))
                    .rules();
        } catch (S3Exception e) {
            if (!Said.code(e).equals("NoSuchLifecycleConfiguration")) {
                throw e;
            }
            rules = List.of();
        }
        String archive = prefix + "archive/";
        String staged = prefix + "staged/data/";
        if (rules.stream().anyMatch(rule -> ends(rule, staged))) {
            return Finding.warn(
                    "a rule ends what lies below " + staged + ", loaded or not",
                    "remove it: while the warehouse is away it deletes what still waits. The loader deletes what it loaded");
        }
        return rules.stream().anyMatch(rule -> ends(rule, archive))
                ? Finding.ok("a rule ends what lies below " + archive + "; the loader deletes what it loaded")
                : Finding.warn(
                        "nothing ends what lies below " + archive,
                        AS_TEMPLATE + "a rule with ExpirationInDays for it, or set sluice.archive.retention");
    }

    private static boolean ends(LifecycleRule rule, String key) {
        if (rule.status() != ExpirationStatus.ENABLED
                || rule.expiration() == null
                || rule.expiration().days() == null) {
            return false;
        }
        var filter = rule.filter();
        String start = filter == null ? "" : Objects.requireNonNullElse(filter.prefix(), "");
        // A rule for tags or sizes ends only some of it.
        boolean ofAll = filter == null
                || (filter.and() == null
                        && filter.tag() == null
                        && filter.objectSizeGreaterThan() == null
                        && filter.objectSizeLessThan() == null);
        return ofAll && key.startsWith(start);
    }
}
