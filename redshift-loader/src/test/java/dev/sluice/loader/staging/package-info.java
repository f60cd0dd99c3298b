@NullMarked
package dev.sluice.loader.staging;

import org.jspecify.annotations.NullMarked;
