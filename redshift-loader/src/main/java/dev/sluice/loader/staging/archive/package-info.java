/** The stream's records as they were received, kept in S3 for replays. */
@NullMarked
package dev.sluice.loader.staging.archive;

import org.jspecify.annotations.NullMarked;
