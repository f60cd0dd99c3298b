/** What the commands share: the data directory, and the line that runs in it. */
@NullMarked
package dev.sluice.cli.line;

import org.jspecify.annotations.NullMarked;
