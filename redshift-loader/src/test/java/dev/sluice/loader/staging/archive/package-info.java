@NullMarked
package dev.sluice.loader.staging.archive;

import org.jspecify.annotations.NullMarked;
