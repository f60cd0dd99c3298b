package dev.sluice.loader.load;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Words that are no column's name: Redshift's reserved ones, the columns that every table has unseen, and the loader's own. */
final class ReservedWords {
    private static final String REDSHIFT = """
            aes128 aes256 all allowoverwrite analyse analyze and any array as asc authorization az64 backup between binary
            blanksasnull both bytedict bzip2 case cast check collate column constraint create credentials cross current_date
            current_time current_timestamp current_user current_user_id default deferrable deflate defrag delta delta32k desc
            disable distinct do else emptyasnull enable encode encrypt encryption end except explicit false for foreign freeze
            from full globaldict256 globaldict64k grant group gzip having identity ignore ilike in initially inner intersect
            interval into is isnull join leading left like limit localtime localtimestamp lun luns lzo lzop minus mostly13
            mostly32 mostly8 natural new not notnull null nulls off offline offset oid old on only open or order outer overlaps
            parallel partition percent permissions pivot placing primary qualify raw readratio recover references rejectlog
            resort respect restore right select session_user similar snapshot some sysdate system table tag tdes text255
            text32k then timestamp to top trailing true truncatecolumns union unique unnest unpivot user using verbose wallet
            when where with without
            """;

    private static final String HIDDEN_COLUMNS = "tableoid xmin cmin xmax cmax ctid";
    /** Of the load's statements; see {@link TableLoad}. */
    private static final String LOADERS_OWN = "copy_number";

    private static final Set<String> WORDS = Arrays.stream(
                    String.join(" ", REDSHIFT, HIDDEN_COLUMNS, LOADERS_OWN).split("\\s+"))
            .collect(Collectors.toUnmodifiableSet());

    private ReservedWords() {}

    static boolean has(String name) {
        return WORDS.contains(name.toLowerCase(Locale.ROOT));
    }
}
