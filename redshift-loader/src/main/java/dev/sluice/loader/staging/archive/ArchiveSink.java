package dev.sluice.loader.staging.archive;

/** Where archive objects become durable. Thread-safe. */
public interface ArchiveSink {
    /**
     * Makes the object durable. Blocks, and tries again, for as long as storage is away. Writing the same records again changes nothing.
     *
     * @throws InterruptedException when interrupted or closed; the object may or may not exist, so it must be written again
     */
    void write(ArchiveObject object) throws InterruptedException;
}
