/** As whom the loader logs in to the warehouse, and where that is had from. */
@NullMarked
package dev.sluice.loader.login;

import org.jspecify.annotations.NullMarked;
