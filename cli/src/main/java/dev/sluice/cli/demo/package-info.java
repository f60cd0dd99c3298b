/** Three pages to click, with the published tracker in them. */
@NullMarked
package dev.sluice.cli.demo;

import org.jspecify.annotations.NullMarked;
