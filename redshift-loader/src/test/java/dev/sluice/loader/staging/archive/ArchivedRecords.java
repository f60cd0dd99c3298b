package dev.sluice.loader.staging.archive;

/** Archived records as bytes, for the tests of other packages. */
public final class ArchivedRecords {
    private ArchivedRecords() {}

    public static byte[] encode(ArchivedRecord record) {
        return ArchiveFormat.encode(record);
    }
}
