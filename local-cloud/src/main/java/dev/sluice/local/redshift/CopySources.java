package dev.sluice.local.redshift;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.local.redshift.ObjectStore.Location;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Finds the objects that a COPY names: those of its manifest, or those with its prefix. */
final class CopySources {
    private static final int MAX_MANIFEST_BYTES = 16 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private CopySources() {}

    /** @throws SqlFault when there is nothing to read, or a mandatory object is missing */
    static List<Location> find(CopyCommand.Source source, ObjectStore store) {
        Location location = Location.of(source.uri());
        try {
            return source.manifest() ? fromManifest(location, store) : fromPrefix(location, store);
        } catch (IOException e) {
            throw new SqlFault("XX000", "S3ServiceException: " + e.getMessage());
        }
    }

    private static List<Location> fromPrefix(Location prefix, ObjectStore store) throws IOException {
        List<Location> found = store.list(prefix);
        if (found.isEmpty()) {
            throw new SqlFault("XX000", "The specified S3 prefix '" + prefix.key() + "' does not exist");
        }
        return found;
    }

    private static List<Location> fromManifest(Location manifest, ObjectStore store) throws IOException {
        byte[] text;
        try (InputStream in = store.open(manifest)) {
            text = in.readNBytes(MAX_MANIFEST_BYTES + 1);
        } catch (ObjectStore.MissingException e) {
            throw new SqlFault(
                    "XX000", "Problem reading manifest file: the specified key does not exist, " + manifest.uri());
        }
        if (text.length > MAX_MANIFEST_BYTES) {
            throw new SqlFault("XX000", "Manifest file is longer than " + MAX_MANIFEST_BYTES + " bytes");
        }
        var found = new ArrayList<Location>();
        for (JsonNode entry : entries(text)) {
            JsonNode url = entry.get("url");
            if (url == null || !url.isTextual()) {
                throw malformed("an entry has no url");
            }
            Location location = Location.of(url.textValue());
            if (store.exists(location)) {
                found.add(location);
            } else if (entry.path("mandatory").asBoolean(false)) {
                throw new SqlFault("XX000", "S3ServiceException: the specified key does not exist, " + location.uri());
            }
        }
        if (found.isEmpty()) {
            throw new SqlFault("XX000", "No file of the manifest was found");
        }
        return found;
    }

    private static JsonNode entries(byte[] text) {
        JsonNode entries;
        try {
            entries = JSON.readTree(text).get("entries");
        } catch (IOException e) {
            throw malformed("not JSON");
        }
        if (entries == null || !entries.isArray()) {
            throw malformed("no list of entries");
        }
        return entries;
    }

    private static SqlFault malformed(String why) {
        return new SqlFault("XX000", "Manifest file is not in correct json format: " + why);
    }
}
