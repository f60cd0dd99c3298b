package dev.sluice.loader.load;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The only place where the text of a COPY is made. COPY binds no values, so every part is checked against what it may be, and
 * anything else refused.
 */
final class CopyStatement {
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9/=_.-]{1,1024}");
    private static final Pattern ROLE = Pattern.compile("arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=.@_/-]{1,512}");

    /**
     * What EMPTYASNULL does, and what that alone does not: COPY's own null string is {@code \N}, which anybody may send as a
     * title. The empty string is the one text that no staged cell holds.
     */
    private static final String NULLS = "NULL AS ''";

    /** The most that Redshift lets one ask for. */
    private static final int MOST_ERRORS = 100_000;

    private CopyStatement() {}

    /**
     * Loads the files that a manifest names, all rows or none.
     *
     * @param columns in the order of the files' fields
     * @param iamRole an ARN, or {@code default} for the cluster's own role
     * @throws IllegalArgumentException when a part is not what it may be
     */
    static String of(String table, List<String> columns, String bucket, String manifestKey, String iamRole) {
        return copy(table, columns, bucket, manifestKey, iamRole) + " MAXERROR 0";
    }

    /**
     * Takes what can be taken, and goes on after errors: to count them in a transaction that is rolled back, and for nothing else.
     *
     * @throws IllegalArgumentException when a part is not what it may be
     */
    static String counting(String table, List<String> columns, String bucket, String manifestKey, String iamRole) {
        return copy(table, columns, bucket, manifestKey, iamRole) + " MAXERROR " + MOST_ERRORS;
    }

    private static String copy(String table, List<String> columns, String bucket, String manifestKey, String iamRole) {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("COPY into " + table + " without columns");
        }
        return "COPY " + SqlName.checked(table) + " (" + SqlName.list("", columns) + ") FROM '"
                + uri(bucket, manifestKey) + "' IAM_ROLE " + role(iamRole)
                + " FORMAT AS CSV GZIP MANIFEST TIMEFORMAT 'auto' " + NULLS
                + " STATUPDATE OFF COMPUPDATE OFF";
    }

    /** An object's address, checked so that it can stand in SQL and in a manifest. */
    static String uri(String bucket, String key) {
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException("not a bucket's name: " + bucket);
        }
        if (!isSafeKey(key)) {
            throw new IllegalArgumentException("not a key that COPY can be given: " + key);
        }
        return "s3://" + bucket + "/" + key;
    }

    static boolean isSafeKey(String key) {
        return KEY.matcher(key).matches();
    }

    static boolean isRole(String role) {
        return role.equals("default") || ROLE.matcher(role).matches();
    }

    private static String role(String role) {
        if (!isRole(role)) {
            throw new IllegalArgumentException("IAM role must be 'default' or a role's ARN: " + role);
        }
        return role.equals("default") ? role : "'" + role + "'";
    }
}
