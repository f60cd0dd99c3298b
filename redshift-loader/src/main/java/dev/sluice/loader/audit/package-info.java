/**
 * The proof that nothing is missing and nothing doubled: what loads count in their own transaction, the auditor that compares it all
 * the time with what ingest nodes accepted and with what is there, and the reconciler that does the same on demand and says where the
 * missing is.
 */
@NullMarked
package dev.sluice.loader.audit;

import org.jspecify.annotations.NullMarked;
