package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.load.LoadFailure.Kind;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadFailureTest {
    @ParameterizedTest
    @CsvSource({
        "08006, RETRY", // connection lost
        "57P01, RETRY", // the server shuts down
        "57014, RETRY", // statement time-out
        "40001, RETRY", // serialization
        "XX000, RETRY", // error 1023 comes like this
        "53100, RETRY", // disk full
        "28P01, RETRY", // password
        "42501, RETRY", // permission
        ", RETRY", // no answer at all
        "22001, BATCH", // too long
        "23502, BATCH", // null where none may be
        "42703, FATAL", // no such column
        "42P01, FATAL" // no such table
    })
    void of_judgesByTheState(String state, Kind kind) {
        assertThat(LoadFailure.of("x", new SQLException("message", state)).kind())
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Load into table 'stage_events' failed.  Check 'sys_load_error_detail' system table for details. | BATCH",
                "S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey | BATCH",
                "S3ServiceException: Unexpected end of ZLIB input stream | BATCH",
                "S3ServiceException:Access Denied,Status 403,Error AccessDenied | RETRY",
                "User arn:aws:redshift:x is not authorized to assume IAM Role | RETRY"
            })
    void ofCopy_judgesByTheTextWhereTheStateIsAlwaysTheSame(String message, Kind kind) {
        assertThat(LoadFailure.ofCopy("x", new SQLException(message, "XX000")).kind())
                .isEqualTo(kind);
    }

    @Test
    void message_keepsNoContentOfARow() {
        var failure = LoadFailure.of(
                "loading",
                new SQLException(
                        "invalid input syntax for type integer: \"jane@example.org\"\nWhere: line 1", "22P02"));
        assertThat(failure).hasMessage("loading: 22P02 invalid input syntax for type integer: …");
    }
}
