package dev.sluice.cli.tap;

import dev.sluice.cli.tap.Differences.Compared;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import dev.sluice.common.table.Row;

/** How what passes is shown; each text is printed with a line's end after it. */
interface View {
    String row(Row row);

    String hit(TransportId id, RawHit hit);

    String difference(Compared compared);
}
