/** The only package of {@code common} that knows Spring and the AWS SDK. */
@NullMarked
package dev.sluice.common.aws;

import org.jspecify.annotations.NullMarked;
