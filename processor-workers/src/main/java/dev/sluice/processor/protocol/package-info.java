@NullMarked
package dev.sluice.processor.protocol;

import org.jspecify.annotations.NullMarked;
