/** One screen: how much went in, how much is where, how late it is. */
@NullMarked
package dev.sluice.cli.status;

import org.jspecify.annotations.NullMarked;
