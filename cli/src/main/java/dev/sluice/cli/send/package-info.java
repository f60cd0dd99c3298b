/** Sends page views at a constant rate: an access log's, or invented ones. */
@NullMarked
package dev.sluice.cli.send;

import org.jspecify.annotations.NullMarked;
