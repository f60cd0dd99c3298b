/** The console: a page on the management port, for a person on call. Reads; changes nothing. */
@NullMarked
package dev.sluice.loader.console;

import org.jspecify.annotations.NullMarked;
