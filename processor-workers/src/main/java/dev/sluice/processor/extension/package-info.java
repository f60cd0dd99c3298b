/** Finds enrichers that are not ours, in jars of a folder. */
@NullMarked
package dev.sluice.processor.extension;

import org.jspecify.annotations.NullMarked;
