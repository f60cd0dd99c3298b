@NullMarked
package dev.sluice.loader.audit;

import org.jspecify.annotations.NullMarked;
