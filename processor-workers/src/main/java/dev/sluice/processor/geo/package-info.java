@NullMarked
package dev.sluice.processor.geo;

import org.jspecify.annotations.NullMarked;
