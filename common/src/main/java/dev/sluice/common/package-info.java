/** What crosses a module border, in plain Java: the hit, the frame, the limits. */
@NullMarked
package dev.sluice.common;

import org.jspecify.annotations.NullMarked;
