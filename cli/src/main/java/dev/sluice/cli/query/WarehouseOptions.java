package dev.sluice.cli.query;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.line.DataOption;
import dev.sluice.cli.line.RunningLine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which warehouse: the running line's, or one that is named. */
public final class WarehouseOptions {
    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            description = "The warehouse, such as jdbc:redshift://HOST:5439/dev (default: that of the line on --data).")
    @Nullable String jdbcUrl;

    @Option(names = "--user", paramLabel = "NAME", description = "Of the warehouse at --jdbc-url.")
    @Nullable String user;

    @Option(
            names = "--password-env",
            paramLabel = "NAME",
            description = "The environment variable that holds the password; a password is never an argument.")
    @Nullable String passwordEnv;

    @Mixin
    DataOption data = new DataOption();

    public DataOption data() {
        return data;
    }

    public boolean isNamed() {
        return jdbcUrl != null;
    }

    public Warehouse.Address address() {
        if (jdbcUrl == null) {
            var cloud = RunningLine.require(data.directory()).cloud();
            return new Warehouse.Address(cloud.jdbcUrl(), cloud.user(), "");
        }
        String password = passwordEnv == null ? "" : System.getenv(passwordEnv);
        if (password == null) {
            throw new CliFailure("the environment variable " + passwordEnv + " is not set");
        }
        return new Warehouse.Address(jdbcUrl, user == null ? "" : user, password);
    }
}
