package dev.sluice.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.cli.doctor.Finding.Result;
import dev.sluice.common.aws.AwsProperties;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What S3 answers of a bucket's settings, as its API reference spells it. */
class BucketChecksTest {
    private static final String BLOCKED =
            "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>"
                    + "<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>"
                    + "</PublicAccessBlockConfiguration>";

    /** By what the query names; empty for a listing. */
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    private HttpServer s3;
    private ServiceClients clients;

    @BeforeEach
    void start() throws IOException {
        System.setProperty("aws.accessKeyId", "key");
        System.setProperty("aws.secretAccessKey", "secret");
        s3 = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        s3.createContext("/", this::answer);
        s3.start();
        var endpoint = new AwsProperties.Endpoint(
                null, null, URI.create("http://127.0.0.1:" + s3.getAddress().getPort()), null);
        clients = new ServiceClients(new AwsProperties(
                "us-east-1", AwsProperties.Credentials.CHAIN, endpoint, Duration.ofSeconds(2), Duration.ofSeconds(6)));
        answers.put("", "<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>");
        answers.put(
                "encryption",
                "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
                        + "</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>");
        answers.put("publicAccessBlock", BLOCKED);
        answers.put("versioning", "<VersioningConfiguration/>");
        answers.put("lifecycle", rules("archive/"));
    }

    @AfterEach
    void stop() {
        clients.close();
        s3.stop(0);
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    private void answer(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        String what = answers.keySet().stream()
                .filter(name -> !name.isEmpty() && query.startsWith(name))
                .findFirst()
                .orElse("");
        String text = answers.getOrDefault(what, "");
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        int status =
                text.startsWith("<Error") ? Integer.parseInt(text.replaceAll("(?s).*<Status>(\\d+)<.*", "$1")) : 200;
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String error(int status, String code) {
        return "<Error><Code>" + code + "</Code><Message>said so</Message><Status>" + status + "</Status></Error>";
    }

    private static String rules(String... prefixes) {
        var rules = new StringBuilder("<LifecycleConfiguration>");
        for (String prefix : prefixes) {
            rules.append("<Rule><Status>Enabled</Status><Filter><Prefix>")
                    .append(prefix)
                    .append("</Prefix></Filter><Expiration><Days>14</Days></Expiration></Rule>");
        }
        return rules.append("</LifecycleConfiguration>").toString();
    }

    private Map<String, Finding> found() throws InterruptedException {
        var found = new TreeMap<String, Finding>();
        new CheckUp(Duration.ofSeconds(20))
                .run(new BucketChecks(clients, "pages", "").all())
                .forEach(outcome -> found.put(outcome.check().name(), outcome.finding()));
        return found;
    }

    private Finding found(String name) throws InterruptedException {
        return Objects.requireNonNull(found().get(name), name);
    }

    @Test
    void bucketOfTheTemplate_isFine() throws Exception {
        assertThat(found().values()).extracting(Finding::result).containsOnly(Result.OK);
    }

    @Test
    void bucketThatIsNotClosed_fails() throws Exception {
        answers.put("publicAccessBlock", BLOCKED.replace("<BlockPublicPolicy>true", "<BlockPublicPolicy>false"));
        assertThat(found("bucket.public-access").result()).isEqualTo(Result.FAIL);

        answers.put("publicAccessBlock", error(404, "NoSuchPublicAccessBlockConfiguration"));
        assertThat(found("bucket.public-access").advice()).contains("PublicAccessBlockConfiguration");
    }

    @Test
    void archiveWithoutAnEnd_isNamed() throws Exception {
        answers.put("lifecycle", rules("loaded/"));
        assertThat(found("bucket.lifecycle").found()).endsWith(" archive/");

        answers.put("lifecycle", error(404, "NoSuchLifecycleConfiguration"));
        assertThat(found("bucket.lifecycle").result()).isEqualTo(Result.WARN);
    }

    /** The loader alone knows what still waits. */
    @Test
    void ruleThatEndsWhatIsStaged_isNamed() throws Exception {
        for (String prefix : new String[] {"staged/", "staged/data/", ""}) {
            answers.put("lifecycle", rules("archive/", prefix));
            assertThat(found("bucket.lifecycle").found()).contains("staged/data/");
            assertThat(found("bucket.lifecycle").advice()).contains("remove it");
        }
    }

    @Test
    void bucketWithVersions_keepsWhatIsDeleted() throws Exception {
        answers.put("versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");

        assertThat(found("bucket.versioning").result()).isEqualTo(Result.WARN);
    }

    @Test
    void settingThatARoleMayNotRead_isSkipped() throws Exception {
        answers.put("encryption", error(403, "AccessDenied"));

        assertThat(found("bucket.encryption").result()).isEqualTo(Result.SKIPPED);
        assertThat(found("bucket.encryption").found()).contains("AccessDenied");
    }

    @Test
    void bucketThatIsDenied_failsOnce() throws Exception {
        answers.put("", error(403, "AccessDenied"));

        assertThat(found("bucket.exists").result()).isEqualTo(Result.FAIL);
        assertThat(found("bucket.exists").advice()).contains("s3:ListBucket");
        assertThat(found("bucket.lifecycle")).isEqualTo(Finding.skipped("needs bucket.exists"));
    }

    @Test
    void bucketOfAnotherRegion_isSaidSo() throws Exception {
        answers.put("", error(301, "PermanentRedirect"));

        assertThat(found("bucket.exists").found()).contains("in another region");
    }
}
