package dev.sluice.loader.staging.archive;

import dev.sluice.loader.staging.ObjectKeys;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Where archive objects lie: {@code {prefix}archive/dt={day}/hour={hour}/{shard}_{first}-{last}.records}, day and hour (UTC) of the first
 * record's arrival. Nothing that arrived in a later hour is in it. The same records have the same key.
 *
 * @param prefix empty, or ending in a slash
 */
public record ArchiveLayout(String bucket, String prefix) {
    private static final DateTimeFormatter DAY_AND_HOUR =
            DateTimeFormatter.ofPattern("'dt='yyyy-MM-dd'/hour='HH").withZone(ZoneOffset.UTC);

    public ArchiveLayout {
        prefix = ObjectKeys.prefix("the archive's", prefix);
    }

    /** Everything below it is the archive. */
    public String root() {
        return prefix + "archive/";
    }

    /** Everything whose first record arrived in this hour is below it. */
    public String hourFolder(Instant hour) {
        return root() + DAY_AND_HOUR.format(hour) + "/";
    }

    public String key(ArchiveObject object) {
        return hourFolder(object.arrivedAt()) + ObjectKeys.part(object.shard()) + "_" + ObjectKeys.part(object.first())
                + "-" + ObjectKeys.part(object.last()) + ".records";
    }

    /** The day of a folder directly below {@link #root}; empty when it is not one of ours. */
    Optional<LocalDate> dayOf(String folder) {
        String name = folder.startsWith(root()) ? folder.substring(root().length()) : "";
        if (!name.startsWith("dt=") || !name.endsWith("/")) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDate.parse(name.substring(3, name.length() - 1)));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    /** Whether a record that arrived then belongs into a later folder than the other. */
    static boolean isLaterHour(Instant then, Instant other) {
        return then.truncatedTo(ChronoUnit.HOURS).isAfter(other.truncatedTo(ChronoUnit.HOURS));
    }
}
