/** {@code sluice shards}: how many shards the stream has, and should have. */
@NullMarked
package dev.sluice.cli.shards;

import org.jspecify.annotations.NullMarked;
