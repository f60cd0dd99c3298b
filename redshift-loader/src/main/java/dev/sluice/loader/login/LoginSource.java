package dev.sluice.loader.login;

import java.sql.SQLException;

/** Where log-ins are had from. Thread-safe; closed by who made it. */
public interface LoginSource extends AutoCloseable {
    /**
     * Asks anew; blocks for as long as AWS takes to answer.
     *
     * @throws SQLException when there is none to be had now; says nothing of what is secret
     */
    Login read() throws SQLException;

    @Override
    default void close() {}

    /** The same for ever. */
    static LoginSource fixed(String username, String password) {
        Login login = Login.lasting(username, password);
        return () -> login;
    }
}
