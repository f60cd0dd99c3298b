package dev.sluice.loader.identity;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import java.util.Locale;
import java.util.Set;

/** Which of a person's ids one is. Names are part of stored hashes, so never rename one. */
public enum IdKind {
    /** The tracker's own, in a first-party cookie. */
    VISITOR(Columns.VISITOR_ID, Set.of("duid")),
    /** What the site calls its user. */
    USER(Columns.USER_ID, Set.of("uid")),
    /** The collector's cookie. */
    NETWORK(Columns.NETWORK_ID, Set.of("nuid", "tnuid"));

    private final Column<String> column;
    private final Set<String> parameters;

    IdKind(Column<String> column, Set<String> parameters) {
        this.column = column;
        this.parameters = parameters;
    }

    /** Of page views and events. */
    public Column<String> column() {
        return column;
    }

    /** Those of the tracker protocol that carry it. */
    Set<String> parameters() {
        return parameters;
    }

    /** As tables and hashes have it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
