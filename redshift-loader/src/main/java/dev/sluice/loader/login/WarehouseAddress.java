package dev.sluice.loader.login;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the host name in a JDBC address says of a warehouse: which cluster or workgroup it is, and in which region. A name of one's own
 * (CNAME) says nothing of it.
 *
 * @param name of the cluster or workgroup
 */
public record WarehouseAddress(Kind kind, String name, String region, String database) {
    public enum Kind {
        CLUSTER,
        WORKGROUP
    }

    private static final Pattern ADDRESS = Pattern.compile("jdbc:redshift://([a-z0-9-]+)\\.[a-z0-9-]+\\.([a-z0-9-]+)\\."
            + "(redshift|redshift-serverless)\\.amazonaws\\.com(?:\\.cn)?(?::[0-9]+)?/([A-Za-z0-9_$-]+)(?:[?;].*)?");

    /** @throws IllegalArgumentException when the host is not one that Redshift gave */
    public static WarehouseAddress of(String jdbcUrl) {
        Matcher address = ADDRESS.matcher(jdbcUrl);
        if (!address.matches()) {
            throw new IllegalArgumentException("with credentials=iam the host is one that Redshift gave, as in"
                    + " jdbc:redshift://name.x.region.redshift.amazonaws.com:5439/dev or"
                    + " name.account.region.redshift-serverless.amazonaws.com");
        }
        Kind kind = address.group(3).equals("redshift") ? Kind.CLUSTER : Kind.WORKGROUP;
        return new WarehouseAddress(kind, address.group(1), address.group(2), address.group(4));
    }
}
