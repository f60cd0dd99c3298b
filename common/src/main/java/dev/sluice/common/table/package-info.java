/** The warehouse's tables as data: every column's name, type and width stand here once. */
@NullMarked
package dev.sluice.common.table;

import org.jspecify.annotations.NullMarked;
