package dev.sluice.loader.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Log-ins through the real driver to a warehouse that asks for a password, which changes. */
@Timeout(120)
class LoginDataSourceIT {
    @TempDir
    private Path directory;

    private AwsStandIn aws;
    private LocalRedshift redshift;
    private final AtomicReference<Instant> now =
            new AtomicReference<>(TestLogins.EXPIRATION.minus(Duration.ofMinutes(15)));

    @BeforeEach
    void start() throws Exception {
        aws = new AwsStandIn();
        redshift = LocalRedshift.start(settings(0).withPassword("first"));
    }

    @AfterEach
    void stop() throws Exception {
        redshift.close();
        aws.close();
    }

    @Test
    void secret_isReadOnceAndAgainWhenItWasRotated() throws Exception {
        aws.answers(200, TestLogins.secretAnswer("loader", "first"));
        try (LoginSource logins = TestLogins.ofSecret(aws)) {
            DataSource source = TestLogins.connections(redshift.jdbcUrl(), logins, now::get);
            assertConnects(source);
            assertConnects(source);
            assertThat(aws.asked()).hasSize(1);

            rotateTo("second");
            aws.answers(200, TestLogins.secretAnswer("loader", "second"));
            assertConnects(source);
            assertConnects(source);
            assertThat(aws.asked()).hasSize(2);
        }
    }

    @Test
    void secret_thatIsWrongFailsWithoutSayingItAndWorksOnceItIsRight() throws Exception {
        aws.answers(200, TestLogins.secretAnswer("loader", "hunter2"));
        try (LoginSource logins = TestLogins.ofSecret(aws)) {
            DataSource source = TestLogins.connections(redshift.jdbcUrl(), logins, now::get);
            assertThatThrownBy(source::getConnection)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
            // Asked at first, and to see whether it had changed.
            assertThat(aws.asked()).hasSize(2);
            assertThat(source.toString()).doesNotContain("hunter2");
            aws.answers(200, TestLogins.secretAnswer("loader", "first"));
            assertConnects(source);
        }
    }

    @Test
    void temporaryLogin_isUsedUntilItsLastMinute() throws Exception {
        aws.answers(200, TestLogins.clusterAnswer("first"));
        try (LoginSource logins = TestLogins.ofCluster(aws)) {
            DataSource source = TestLogins.connections(redshift.jdbcUrl(), logins, now::get);
            assertConnects(source);
            now.set(TestLogins.EXPIRATION.minusSeconds(61));
            assertConnects(source);
            assertThat(aws.asked()).hasSize(1);
            now.set(TestLogins.EXPIRATION.minusSeconds(60));
            assertConnects(source);
            assertThat(aws.asked()).hasSize(2);
        }
    }

    @Test
    void workgroupsLogin_isTheRoles() throws Exception {
        aws.answers(200, TestLogins.workgroupAnswer("first"));
        try (LoginSource logins = TestLogins.ofWorkgroup(aws)) {
            assertConnects(TestLogins.connections(redshift.jdbcUrl(), logins, now::get));
        }
    }

    @Test
    void login_thatStaysTheSameAfterARefusalFails() {
        var asked = new int[1];
        LoginSource fixed = LoginSource.fixed("loader", "wrong");
        LoginSource counting = () -> {
            asked[0]++;
            return fixed.read();
        };
        DataSource source = TestLogins.connections(redshift.jdbcUrl(), counting, now::get);
        assertThatThrownBy(source::getConnection).hasMessageContaining("password authentication failed");
        assertThat(asked[0]).isEqualTo(2);
    }

    private static void assertConnects(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertThat(connection.isValid(10)).isTrue();
        }
    }

    private void rotateTo(String password) throws Exception {
        int port = redshift.port();
        redshift.close();
        redshift = LocalRedshift.start(settings(port).withPassword(password));
    }

    private RedshiftSettings settings(int port) {
        // Nothing is copied from S3 here.
        return new RedshiftSettings(directory.resolve("redshift"), port, URI.create("http://127.0.0.1:1"));
    }
}
