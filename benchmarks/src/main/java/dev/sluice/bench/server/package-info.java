/** What is driven, each a process of its own, and what the operating system says of it. */
@NullMarked
package dev.sluice.bench.server;

import org.jspecify.annotations.NullMarked;
