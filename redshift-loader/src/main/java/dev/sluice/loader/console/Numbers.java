package dev.sluice.loader.console;

import java.sql.SQLException;

/** Where the console has its numbers from. */
interface Numbers {
    /** The line; cheap. */
    LineNumbers line() throws SQLException;

    /** Visitors; goes through all page views of half an hour. */
    VisitNumbers visits() throws SQLException;
}
