/** From the journal into the stream: frames, calls, retries. */
@NullMarked
package dev.sluice.ingest.send;

import org.jspecify.annotations.NullMarked;
