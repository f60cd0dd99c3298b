/** {@code sluice tap}: what passes on the stream, as it passes. */
@NullMarked
package dev.sluice.cli.tap;

import org.jspecify.annotations.NullMarked;
