/** Accepts a page view, gets it into the stream, or says no. */
@NullMarked
package dev.sluice.ingest;

import org.jspecify.annotations.NullMarked;
