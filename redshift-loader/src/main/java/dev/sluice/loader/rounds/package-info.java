/** Work beside the loads that comes round again and again. */
@NullMarked
package dev.sluice.loader.rounds;

import org.jspecify.annotations.NullMarked;
