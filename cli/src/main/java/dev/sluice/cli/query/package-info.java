/** Asks the warehouse in SQL and prints the answer. */
@NullMarked
package dev.sluice.cli.query;

import org.jspecify.annotations.NullMarked;
