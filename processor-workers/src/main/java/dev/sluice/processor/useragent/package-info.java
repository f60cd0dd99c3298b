@NullMarked
package dev.sluice.processor.useragent;

import org.jspecify.annotations.NullMarked;
