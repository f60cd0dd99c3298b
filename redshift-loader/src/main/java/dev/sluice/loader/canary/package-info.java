/** Page views of our own, sent through the public address and looked for in the warehouse: what a visitor's page view goes through. */
@NullMarked
package dev.sluice.loader.canary;

import org.jspecify.annotations.NullMarked;
