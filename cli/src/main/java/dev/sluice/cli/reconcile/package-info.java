/** Proves on demand that what was accepted is in the warehouse, and says where the rest is. */
@NullMarked
package dev.sluice.cli.reconcile;

import org.jspecify.annotations.NullMarked;
