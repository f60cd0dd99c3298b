package dev.sluice.processor.geo;

import java.net.InetAddress;

/** Where addresses are. Never throws; thread-safe. */
public interface Places {
    /** Knows no address. */
    Places NONE = new Places() {
        @Override
        public Place of(InetAddress address) {
            return Place.UNKNOWN;
        }

        @Override
        public String version() {
            return "";
        }
    };

    Place of(InetAddress address);

    /** Which databases, by type and day; empty when there is none. */
    String version();
}
