@NullMarked
package dev.sluice.loader.console;

import org.jspecify.annotations.NullMarked;
