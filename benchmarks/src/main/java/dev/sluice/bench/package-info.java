/** The commands of {@code sluice bench}: each starts the servers it compares, drives them by turns, and prints a table. */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
