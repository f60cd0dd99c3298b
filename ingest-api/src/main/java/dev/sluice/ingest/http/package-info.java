/** What the browser speaks to: the tracker protocol, its answers, and what of a request is kept. */
@NullMarked
package dev.sluice.ingest.http;

import org.jspecify.annotations.NullMarked;
