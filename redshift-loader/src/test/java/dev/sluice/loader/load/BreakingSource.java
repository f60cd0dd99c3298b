package dev.sluice.loader.load;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Real connections, one of which is cut off at a chosen point, as a network or a killed process would. */
final class BreakingSource extends DriverManagerDataSource {
    /** Where it breaks, once. */
    enum At {
        NEVER,
        /** The rows are copied and not yet inserted. */
        INSERT,
        /** The commit does not reach the server. */
        BEFORE_COMMIT,
        /** The commit takes place, and its answer is lost. */
        AFTER_COMMIT
    }

    private final AtomicReference<At> next;

    BreakingSource(String url, At at) {
        super(url, "sluice", "sluice");
        this.next = new AtomicReference<>(at);
    }

    @Override
    protected Connection getConnectionFromDriver(Properties properties) throws SQLException {
        Connection real = super.getConnectionFromDriver(properties);
        return (Connection) Proxy.newProxyInstance(
                BreakingSource.class.getClassLoader(), new Class<?>[] {Connection.class}, breaking(real));
    }

    private InvocationHandler breaking(Connection real) {
        return (_, method, arguments) -> {
            if (method.getName().equals("prepareStatement")
                    && ((String) arguments[0]).startsWith("INSERT INTO page_views")
                    && next.compareAndSet(At.INSERT, At.NEVER)) {
                throw cut(real);
            }
            if (method.getName().equals("commit")) {
                if (next.compareAndSet(At.BEFORE_COMMIT, At.NEVER)) {
                    throw cut(real);
                }
                if (next.compareAndSet(At.AFTER_COMMIT, At.NEVER)) {
                    real.commit();
                    throw cut(real);
                }
            }
            try {
                return method.invoke(real, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
    }

    private static SQLException cut(Connection real) throws SQLException {
        real.close();
        return new SQLException("the connection is gone", "08006");
    }
}
