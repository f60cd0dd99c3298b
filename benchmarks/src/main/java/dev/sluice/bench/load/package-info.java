/** What drives a server: closed loop for saturation, open loop at a constant arrival rate for latency. */
@NullMarked
package dev.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
