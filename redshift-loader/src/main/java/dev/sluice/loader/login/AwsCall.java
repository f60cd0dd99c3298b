package dev.sluice.loader.login;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/** What the calls for a log-in have in common. */
final class AwsCall {
    /** A temporary password is not used in its last minute: logging in takes a while too. */
    private static final Duration LAST_MINUTE = Duration.ofMinutes(1);

    private static final String NOT_CONNECTED = "08001";

    private AwsCall() {}

    /** Answers as the SDK does; what fails has a reason to try again later, as someone may have to give a right first. */
    static <T> T of(String doing, Supplier<T> call) throws SQLException {
        try {
            return call.get();
        } catch (SdkException e) {
            throw new SQLTransientConnectionException(doing + ": " + e.getMessage(), NOT_CONNECTED, e);
        }
    }

    static Login temporary(String username, String password, Instant expiration) {
        return new Login(username, password, expiration.minus(LAST_MINUTE));
    }
}
