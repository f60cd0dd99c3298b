/** Enrichment outside the line, by whatever code it is: what tap and replay run, the released code and a working copy's side by side. */
@NullMarked
package dev.sluice.processor.trial;

import org.jspecify.annotations.NullMarked;
