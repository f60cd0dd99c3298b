package dev.sluice.cli.doctor;

import dev.sluice.cli.doctor.Deployment.Consumer;
import dev.sluice.cli.doctor.Deployment.Ingest;
import dev.sluice.cli.doctor.Deployment.Loader;
import java.util.List;
import java.util.Objects;

/** What the services' settings say to each other: nothing is called. */
final class SettingsChecks {
    private static final String ONE_LINE = "give both services the same value: what one writes, the other reads";

    private SettingsChecks() {}

    static List<Check> between(Ingest ingest, Consumer consumer) {
        return List.of(
                same("settings.stream", "the stream", ingest.own().send().stream(), consumer.own().stream()),
                same(
                        "settings.kinesis",
                        "region and endpoint of Kinesis",
                        ingest.aws().region() + " " + ingest.aws().endpoint().kinesis(),
                        consumer.aws().region() + " "
                                + consumer.aws().endpoint().kinesis()));
    }

    static List<Check> between(Consumer consumer, Loader loader) {
        return List.of(
                same(
                        "settings.bucket",
                        "bucket and prefix of staging",
                        "s3://" + consumer.staging().bucket() + "/"
                                + consumer.staging().prefix(),
                        "s3://" + loader.staging().bucket() + "/"
                                + loader.staging().prefix()),
                same(
                        "settings.s3",
                        "region and endpoint of S3",
                        consumer.aws().region() + " "
                                + consumer.aws().endpoint().s3(),
                        loader.aws().region() + " " + loader.aws().endpoint().s3()));
    }

    private static Check same(String name, String what, String one, String other) {
        return Check.of(
                name,
                what + ", in the settings of both services",
                ONE_LINE,
                () -> one.equals(other)
                        ? Finding.ok(one.replace("null", "default"))
                        : Finding.fail(one + " and " + other, ONE_LINE));
    }

    /** Behind how many proxies a client's address is still found. */
    static Check proxies(Ingest ingest) {
        List<String> trusted = ingest.own().trustedProxies();
        return Check.of(
                "ingest.proxies", "sluice.ingest.trusted-proxies", "name the load balancer's subnets alone", () -> {
                    if (trusted.stream().anyMatch(range -> range.endsWith("/0"))) {
                        return Finding.fail(
                                "everybody is believed what address they come from",
                                "name the load balancer's subnets alone");
                    }
                    boolean ofThisMachine =
                            trusted.stream().allMatch(range -> range.startsWith("127.") || range.startsWith("::1"));
                    boolean fromThisMachine = isLoopback(ingest.ports().address());
                    return ofThisMachine && !fromThisMachine
                            ? Finding.warn(
                                    "only this machine is believed: behind a load balancer every client has its address",
                                    "set sluice.ingest.trusted-proxies to the load balancer's subnets; leave it when clients connect directly")
                            : Finding.ok(String.join(", ", trusted));
                });
    }

    private static boolean isLoopback(String address) {
        return Objects.equals(address, "localhost") || address.startsWith("127.") || address.equals("::1");
    }
}
