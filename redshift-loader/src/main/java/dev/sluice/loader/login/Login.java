package dev.sluice.loader.login;

import java.time.Instant;

/**
 * A user of the warehouse and the password to log in with.
 *
 * @param password never printed
 * @param until when it should no longer be used
 */
public record Login(String username, String password, Instant until) {
    /** One that is good until the warehouse says otherwise. */
    static Login lasting(String username, String password) {
        return new Login(username, password, Instant.MAX);
    }

    @Override
    public String toString() {
        return "Login[" + username + "]";
    }
}
