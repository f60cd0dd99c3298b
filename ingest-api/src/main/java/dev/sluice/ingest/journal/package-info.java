/** Where accepted hits wait until they are in the stream. */
@NullMarked
package dev.sluice.ingest.journal;

import org.jspecify.annotations.NullMarked;
