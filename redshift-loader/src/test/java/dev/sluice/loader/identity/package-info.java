@NullMarked
package dev.sluice.loader.identity;

import org.jspecify.annotations.NullMarked;
