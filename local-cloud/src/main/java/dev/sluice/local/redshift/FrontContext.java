package dev.sluice.local.redshift;

import java.util.Optional;

/**
 * What all sessions of a front share.
 *
 * @param password what clients must give; empty = anything goes
 */
record FrontContext(
        int postgresPort, String postgresPassword, Optional<String> password, ObjectStore store, LoadHistory history) {
    @Override
    public String toString() {
        return "FrontContext[PostgreSQL on 127.0.0.1:" + postgresPort + "]";
    }
}
