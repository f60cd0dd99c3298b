/** From samples to what is printed. */
@NullMarked
package dev.sluice.bench.report;

import org.jspecify.annotations.NullMarked;
