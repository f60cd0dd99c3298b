package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nothing that we ship looks away from a certificate, or goes without one to another machine. */
class TlsRulesTest {
    private static final Pattern BANNED = Pattern.compile(
            "TRUST_ALL|TrustAll|NoopHostnameVerifier|ALLOW_ALL_HOSTNAME|disableCertChecking|InsecureTrustManager"
                    + "|X509TrustManager|HostnameVerifier|sslTrustAll",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern PLAIN =
            Pattern.compile("ssl=false|sslmode=(disable|allow|prefer)", Pattern.CASE_INSENSITIVE);

    /** The stand-in has no TLS; the profile {@code local} and the rule that keeps it to this machine name it. */
    private static boolean mayNamePlain(Path file) {
        return file.startsWith("local-cloud")
                || file.getFileName().toString().endsWith("-local.yml")
                || file.getFileName().toString().equals("LoaderProperties.java");
    }

    @Test
    void sources_neverSwitchVerificationOff() throws IOException {
        Path root = Launched.root();
        var found = new ArrayList<String>();
        List<Path> files = sources(root);
        assertThat(files).hasSizeGreaterThan(150);
        for (Path file : files) {
            Path name = root.relativize(file);
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            if (BANNED.matcher(text).find()
                    || (!mayNamePlain(name) && PLAIN.matcher(text).find())) {
                found.add(name.toString());
            }
        }
        assertThat(found).isEmpty();
    }

    private static List<Path> sources(Path root) throws IOException {
        var files = new ArrayList<Path>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.filter(Files::isDirectory).toList()) {
                Path main = module.resolve("src/main");
                if (Files.isDirectory(main)) {
                    try (Stream<Path> all = Files.walk(main)) {
                        all.filter(Files::isRegularFile).forEach(files::add);
                    }
                }
            }
        }
        return files;
    }
}
