/** Runs what was archived through the enrichment again, beside the line's own tables; compares the outcome, and takes it over. */
@NullMarked
package dev.sluice.cli.replay;

import org.jspecify.annotations.NullMarked;
