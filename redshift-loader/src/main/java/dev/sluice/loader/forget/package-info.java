/** The right to be forgotten: erases what carries an id, wherever it lies. */
@NullMarked
package dev.sluice.loader.forget;

import org.jspecify.annotations.NullMarked;
