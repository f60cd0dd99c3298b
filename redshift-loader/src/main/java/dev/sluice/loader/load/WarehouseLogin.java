package dev.sluice.loader.load;

import java.time.Duration;

/** Where the warehouse is and who asks, for commands. */
public record WarehouseLogin(String jdbcUrl, String user, String password) {
    Warehouse connect(Duration statementTimeout) {
        return Warehouse.connect(jdbcUrl, user, password, statementTimeout);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return jdbcUrl;
    }
}
