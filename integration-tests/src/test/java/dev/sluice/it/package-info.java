/** The line as a whole: its arrows, its documents, and its promise under faults, on real processes. */
@NullMarked
package dev.sluice.it;

import org.jspecify.annotations.NullMarked;
