/** {@code sluice doctor}: every right and setting that a deployment needs, tried out one by one. */
@NullMarked
package dev.sluice.cli.doctor;

import org.jspecify.annotations.NullMarked;
