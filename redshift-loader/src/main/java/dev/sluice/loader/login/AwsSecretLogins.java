package dev.sluice.loader.login;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The user and password of a secret in Secrets Manager, in the form that it rotates: JSON with {@code username} and {@code password}. */
public final class AwsSecretLogins implements LoginSource {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final SecretsManagerClient secrets;
    private final String arn;

    public AwsSecretLogins(SecretsManagerClient secrets, String arn) {
        this.secrets = secrets;
        this.arn = arn;
    }

    @Override
    public Login read() throws SQLException {
        String text = AwsCall.of(
                "reading the secret " + arn,
                () -> secrets.getSecretValue(request -> request.secretId(arn)).secretString());
        JsonNode secret = parse(text);
        String username = secret == null ? "" : secret.path("username").asString("");
        String password = secret == null ? "" : secret.path("password").asString("");
        if (username.isEmpty() || password.isEmpty()) {
            throw new SQLTransientConnectionException("the secret " + arn + " is not JSON with username and password");
        }
        return Login.lasting(username, password);
    }

    /** Null for what is no JSON; without the parser's words, which quote it. */
    private static @Nullable JsonNode parse(@Nullable String text) {
        try {
            return text == null ? null : JSON.readTree(text);
        } catch (JacksonException _) {
            return null;
        }
    }

    @Override
    public void close() {
        secrets.close();
    }
}
