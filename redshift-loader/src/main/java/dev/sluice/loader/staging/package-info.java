/** Makes rows durable in S3, as batches that exist once their descriptor does. */
@NullMarked
package dev.sluice.loader.staging;

import org.jspecify.annotations.NullMarked;
