/** The whole line, or only its stand-ins, in one JVM. */
@NullMarked
package dev.sluice.cli.up;

import org.jspecify.annotations.NullMarked;
