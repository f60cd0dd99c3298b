/** What the loader tells about completeness, written in the load's own transaction. */
@NullMarked
package dev.sluice.loader.audit;

import org.jspecify.annotations.NullMarked;
