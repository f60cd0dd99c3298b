/** What self-describing data must look like, by JSON Schemas in a local folder. */
@NullMarked
package dev.sluice.processor.schema;

import org.jspecify.annotations.NullMarked;
