/** Which code makes rows: the released one, or a working copy's beside it. */
@NullMarked
package dev.sluice.cli.enrich;

import org.jspecify.annotations.NullMarked;
