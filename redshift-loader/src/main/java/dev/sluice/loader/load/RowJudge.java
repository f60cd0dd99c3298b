package dev.sluice.loader.load;

import java.util.List;

/** Says how many of some rows the warehouse would take; takes none. */
interface RowJudge {
    /** Nobody can say how many: the warehouse refused the rows together. */
    long REFUSED_TOGETHER = -1;

    /**
     * @param line of the rows that were asked about, from 1
     * @param code of Redshift's load error
     * @param detail column and message, without the row's content
     */
    record Refusal(long line, int code, String detail) {}

    /**
     * @param taken how many rows, or {@link #REFUSED_TOGETHER}
     * @param refusals as far as the warehouse tells, in the order of lines; may be empty
     */
    record Verdict(long taken, List<Refusal> refusals) {
        public Verdict {
            refusals = List.copyOf(refusals);
        }
    }

    /**
     * @param rows each with its line feed
     * @throws LoadFailure when that could not be found out
     */
    Verdict judge(List<byte[]> rows) throws LoadFailure;
}
