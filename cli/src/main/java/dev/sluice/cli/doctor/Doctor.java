package dev.sluice.cli.doctor;

import dev.sluice.cli.doctor.Deployment.Consumer;
import dev.sluice.cli.doctor.Deployment.Ingest;
import dev.sluice.cli.doctor.Deployment.Loader;
import dev.sluice.common.aws.AwsProperties;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Which checks a deployment takes, in the order in which data goes through it. Owns the clients that they call by. */
final class Doctor implements AutoCloseable {
    private final Deployment deployment;
    private final List<ServiceClients> clients = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final MachineChecks machine = new MachineChecks(http);

    Doctor(Deployment deployment) {
        this.deployment = deployment;
    }

    List<Check> checks() {
        Ingest ingest = deployment.ingest();
        Consumer consumer = deployment.consumer();
        Loader loader = deployment.loader();
        var checks = new ArrayList<Check>();
        if (ingest != null && consumer != null) {
            checks.addAll(SettingsChecks.between(ingest, consumer));
        }
        if (consumer != null && loader != null) {
            checks.addAll(SettingsChecks.between(consumer, loader));
        }
        AwsProperties aws = deployment.anyAws();
        if (aws == null) {
            // No service has settings that can be read, which is a finding of its own.
            return checks;
        }
        var policies = new PolicySimulation(clients(aws));
        checks.add(policies.identity());
        checks.add(machine.clock(clock(aws)));
        if (ingest != null) {
            checks.addAll(of(ingest, policies));
        }
        if (consumer != null) {
            checks.addAll(of(consumer));
        }
        if (loader != null) {
            checks.addAll(of(loader));
        }
        return checks;
    }

    private List<Check> of(Ingest ingest, PolicySimulation policies) {
        var stream = new StreamChecks(clients(ingest.aws()), ingest.own().send().stream());
        var checks = new ArrayList<>(stream.settings());
        checks.add(stream.put(policies));
        checks.add(SettingsChecks.proxies(ingest));
        checks.addAll(new JournalChecks(ingest.own().journal()).all());
        checks.add(MachineChecks.files(ingest.maxConnections()));
        checks.addAll(machine.service("ingest", ingest.ports()));
        return checks;
    }

    private List<Check> of(Consumer consumer) {
        ServiceClients calls = clients(consumer.aws());
        var stream = new StreamChecks(calls, consumer.own().stream());
        var staging = consumer.staging();
        // What services share is looked at once, by the first of them.
        var checks = new ArrayList<>(deployment.ingest() == null ? stream.settings() : List.<Check>of());
        checks.add(stream.read());
        checks.addAll(new LeaseTableChecks(calls, consumer.own().application()).all());
        checks.addAll(new BucketChecks(calls, staging.bucket(), staging.prefix()).all());
        checks.addAll(new ObjectChecks(calls, staging.bucket(), staging.prefix()).ofConsumer());
        if (consumer.archive().enabled()) {
            var archive = consumer.archive().layout(staging);
            checks.add(new ObjectChecks(calls, archive.bucket(), archive.prefix()).ofArchive());
        }
        checks.addAll(machine.service("consumer", consumer.ports()));
        return checks;
    }

    private List<Check> of(Loader loader) {
        ServiceClients calls = clients(loader.aws());
        var staging = loader.staging();
        var bucket = new BucketChecks(calls, staging.bucket(), staging.prefix());
        var checks = new ArrayList<>(deployment.consumer() == null ? bucket.all() : List.<Check>of());
        checks.addAll(new ObjectChecks(calls, staging.bucket(), staging.prefix()).ofLoader());
        checks.addAll(new WarehouseChecks(loader.own(), staging.layout(), calls).all());
        checks.addAll(machine.service("loader", loader.ports()));
        return checks;
    }

    private ServiceClients clients(AwsProperties aws) {
        var made = new ServiceClients(aws);
        clients.add(made);
        return made;
    }

    private static URI clock(AwsProperties aws) {
        URI standIn = aws.endpoint().s3();
        return standIn != null
                ? standIn
                : URI.create("https://s3." + Objects.requireNonNullElse(aws.region(), "us-east-1") + ".amazonaws.com/");
    }

    @Override
    public void close() {
        clients.forEach(ServiceClients::close);
        http.shutdownNow();
    }
}
