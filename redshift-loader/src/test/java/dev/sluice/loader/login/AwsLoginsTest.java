package dev.sluice.loader.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.aws.AwsClients;
import dev.sluice.common.aws.AwsProperties;
import dev.sluice.loader.login.WarehouseAddress.Kind;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What AWS is asked, and what becomes of its answers. */
class AwsLoginsTest {
    private AwsStandIn aws;

    @BeforeEach
    void start() throws Exception {
        aws = new AwsStandIn();
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void address_tellsAClusterFromAWorkgroup() {
        assertThat(WarehouseAddress.of("jdbc:redshift://clicks.c1abc2def.eu-west-1.redshift.amazonaws.com:5439/dev"))
                .isEqualTo(new WarehouseAddress(Kind.CLUSTER, "clicks", "eu-west-1", "dev"));
        assertThat(
                        WarehouseAddress.of(
                                "jdbc:redshift://clicks.123456789012.us-east-1.redshift-serverless.amazonaws.com/dev?sslmode=verify-full"))
                .isEqualTo(new WarehouseAddress(Kind.WORKGROUP, "clicks", "us-east-1", "dev"));
        assertThat(WarehouseAddress.of("jdbc:redshift://a.b.cn-north-1.redshift.amazonaws.com.cn:1/x")
                        .region())
                .isEqualTo("cn-north-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:redshift://warehouse.example.org:5439/dev",
                "jdbc:redshift://127.0.0.1:5439/dev",
                "jdbc:redshift://a.b.eu-west-1.redshift.amazonaws.com.example.org:5439/dev",
                "jdbc:redshift://a.b.eu-west-1.redshift.amazonaws.com:5439/"
            })
    void address_thatRedshiftDidNotGiveSaysNothing(String jdbcUrl) {
        assertThatIllegalArgumentException().isThrownBy(() -> WarehouseAddress.of(jdbcUrl));
    }

    @Test
    void clients_giveTheSourceThatFitsTheAddress() {
        var properties = new AwsProperties(
                null,
                AwsProperties.Credentials.CHAIN,
                new AwsProperties.Endpoint(null, null, null, null),
                Duration.ofSeconds(2),
                Duration.ofSeconds(6));
        var clients = new AwsLoginClients(new AwsClients(properties));
        try (LoginSource cluster =
                        clients.temporary(new WarehouseAddress(Kind.CLUSTER, "clicks", "eu-west-1", "dev"), "loader");
                LoginSource workgroup =
                        clients.temporary(new WarehouseAddress(Kind.WORKGROUP, "clicks", "eu-west-1", "dev"), "");
                LoginSource secret = clients.secret(TestLogins.SECRET)) {
            assertThat(cluster).isInstanceOf(AwsClusterLogins.class);
            assertThat(workgroup).isInstanceOf(AwsWorkgroupLogins.class);
            assertThat(secret).isInstanceOf(AwsSecretLogins.class);
        }
    }

    @Test
    void clusterLogins_askForTheUserWhoIsThereAlready() throws Exception {
        aws.answers(200, TestLogins.clusterAnswer("word"));
        try (LoginSource logins = TestLogins.ofCluster(aws)) {
            Login login = logins.read();
            assertThat(login)
                    .isEqualTo(new Login("IAM:sluice_loader", "word", Instant.parse("2026-11-23T09:14:00Z")))
                    .hasToString("Login[IAM:sluice_loader]");
        }
        assertThat(URLDecoder.decode(aws.asked().getFirst(), StandardCharsets.UTF_8))
                .contains(
                        "Action=GetClusterCredentials&",
                        "ClusterIdentifier=clicks",
                        "DbUser=sluice_loader",
                        "DbName=dev")
                .contains("AutoCreate=false");
    }

    @Test
    void workgroupLogins_areThoseOfTheRole() throws Exception {
        aws.answers(200, TestLogins.workgroupAnswer("word"));
        try (LoginSource logins = TestLogins.ofWorkgroup(aws)) {
            assertThat(logins.read())
                    .isEqualTo(new Login("IAMR:sluice-loader", "word", Instant.parse("2026-11-23T09:14:00Z")));
        }
        assertThat(aws.asked().getFirst())
                .startsWith("RedshiftServerless.GetCredentials ")
                .contains("\"workgroupName\":\"clicks\"", "\"dbName\":\"dev\"");
    }

    @Test
    void secretLogins_readUserAndPasswordAndNothingElse() throws Exception {
        aws.answers(
                200,
                TestLogins.secretAnswer("{\"engine\":\"redshift\",\"username\":\"u\",\"password\":\"p\",\"port\":1}"));
        try (LoginSource logins = TestLogins.ofSecret(aws)) {
            assertThat(logins.read()).isEqualTo(new Login("u", "p", Instant.MAX));
        }
        assertThat(aws.asked().getFirst())
                .startsWith("secretsmanager.GetSecretValue ")
                .contains("\"SecretId\":\"" + TestLogins.SECRET + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "{\"username\":\"u\"",
                "{\"username\":\"u\"}",
                "[\"hunter2\"]",
                "{\"password\":\"hunter2\"}"
            })
    void secretLogins_quoteNothingOfASecretThatTheyCanNotUse(String secret) throws Exception {
        aws.answers(200, TestLogins.secretAnswer(secret));
        try (LoginSource logins = TestLogins.ofSecret(aws)) {
            assertThatThrownBy(logins::read)
                    .isInstanceOf(SQLException.class)
                    .hasMessage("the secret " + TestLogins.SECRET + " is not JSON with username and password")
                    .hasNoCause();
        }
    }

    @Test
    void read_thatAwsRefusesIsAConnectionThatFailed() throws Exception {
        aws.answers(400, "{\"__type\":\"AccessDeniedException\",\"message\":\"not authorized to perform\"}");
        try (LoginSource logins = TestLogins.ofSecret(aws)) {
            assertThatThrownBy(logins::read)
                    .isInstanceOf(SQLException.class)
                    .hasMessageStartingWith("reading the secret " + TestLogins.SECRET)
                    .hasMessageContaining("not authorized to perform")
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("08001");
        }
    }
}
