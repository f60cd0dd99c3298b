/** People's ids, as far as the loader's side deals with them: by their hash, and to find what must be erased. */
@NullMarked
package dev.sluice.loader.identity;

import org.jspecify.annotations.NullMarked;
