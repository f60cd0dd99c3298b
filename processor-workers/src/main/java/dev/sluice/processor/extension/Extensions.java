package dev.sluice.processor.extension;

import dev.sluice.processor.Enricher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The enrichers in the jars of a folder, as {@link ServiceLoader} finds them. Each jar has a class loader of its own
 * below ours, parent first: libraries that an extension brings are its own, but for those that Sluice has too. Whatever
 * is wrong with a jar is an {@link ExtensionException} of one line that names it.
 */
public final class Extensions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Extensions.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final int HASH_BYTES = 6;

    /**
     * @param version the jar's file name and its Implementation-Version, or else a hash of it, and what data the
     *     enricher says it works with
     */
    public record Extension(Enricher enricher, String jar, String version) {}

    private final List<URLClassLoader> loaders = new ArrayList<>();
    private final Map<String, Extension> found = new TreeMap<>();
    private final List<Extension> ordered = new ArrayList<>();

    /**
     * Loads and makes all there are.
     *
     * @param order names of those that shall run, in this order; others are told and left
     * @throws ExtensionException when a jar, or a name of the order, is of no use
     */
    public Extensions(Path folder, List<String> order) {
        try {
            jars(folder).forEach(this::load);
            for (String name : order) {
                Extension extension = found.get(name);
                if (extension == null) {
                    throw new ExtensionException("no jar in " + folder + " has the extension " + name
                            + ", which is in the order; there are " + found.keySet());
                }
                ordered.add(extension);
                LOG.info("Extension {} from {}", name, extension.version());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        found.forEach((name, extension) -> {
            if (!order.contains(name)) {
                LOG.warn("Extension {} of {} is not in the order, so it does not run", name, extension.jar());
            }
        });
    }

    /** Those of the order. */
    public List<Extension> ordered() {
        return List.copyOf(ordered);
    }

    private static List<Path> jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ExtensionException("the folder of extensions " + folder + " can't be read: " + e, e);
        }
    }

    private void load(Path jar) {
        String file = jar.getFileName().toString();
        try {
            String version = version(jar);
            var loader = new URLClassLoader(
                    "extension " + file, new URL[] {jar.toUri().toURL()}, Enricher.class.getClassLoader());
            loaders.add(loader);
            int before = found.size();
            for (ServiceLoader.Provider<Enricher> provider :
                    ServiceLoader.load(Enricher.class, loader).stream().toList()) {
                // A class path of ours that has some is none of this jar's.
                if (loader.equals(provider.type().getClassLoader())) {
                    add(provider.get(), file, version);
                }
            }
            if (found.size() == before) {
                LOG.warn("{} has no extension: nothing in META-INF/services/{}", file, Enricher.class.getName());
            }
        } catch (ExtensionException e) {
            throw e;
        } catch (IOException | ServiceConfigurationError | LinkageError | RuntimeException e) {
            throw new ExtensionException("the extension jar " + jar + " can't be used: " + reason(e), e);
        }
    }

    private void add(Enricher enricher, String jar, String version) {
        String name = enricher.name();
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("the name of "
                    + enricher.getClass().getName() + " is not made of small letters, digits and hyphens: " + name);
        }
        String data = enricher.dataVersion();
        var extension = new Extension(enricher, jar, data == null || data.isEmpty() ? version : version + ", " + data);
        Extension other = found.putIfAbsent(name, extension);
        if (other != null) {
            throw new ExtensionException(
                    "two extensions are named " + name + ": one of " + other.jar() + " and one of " + jar);
        }
    }

    /** The first cause that says something, on one line. */
    private static String reason(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof ServiceConfigurationError && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String of = cause.equals(thrown) ? "" : thrown.getMessage() + ": ";
        return (of + cause).replace('\n', ' ');
    }

    private static String version(Path jar) throws IOException {
        @Nullable String stated;
        // Also finds that it is no jar, which a class loader would pass over.
        try (var file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            stated = manifest == null
                    ? null
                    : manifest.getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
        }
        return jar.getFileName() + " " + (stated != null && !stated.isBlank() ? stated.strip() : hash(jar));
    }

    private static String hash(Path jar) throws IOException {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
            return "sha256:" + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** For when no extension runs any more. */
    @Override
    public void close() {
        for (URLClassLoader loader : loaders) {
            try {
                loader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(loader.getName() + " can't be closed", e);
            }
        }
    }
}
