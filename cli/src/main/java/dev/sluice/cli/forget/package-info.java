/** {@code sluice forget}. */
@NullMarked
package dev.sluice.cli.forget;

import org.jspecify.annotations.NullMarked;
