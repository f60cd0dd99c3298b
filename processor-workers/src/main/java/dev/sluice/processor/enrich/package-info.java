@NullMarked
package dev.sluice.processor.enrich;

import org.jspecify.annotations.NullMarked;
