/** Makes staged batches visible in Redshift, each exactly once. */
@NullMarked
package dev.sluice.loader.load;

import org.jspecify.annotations.NullMarked;
