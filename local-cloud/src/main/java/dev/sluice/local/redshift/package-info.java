/**
 * A stand-in for Amazon Redshift on loopback: a small server that speaks Redshift's side of the PostgreSQL wire protocol, reads
 * what COPY asks for from S3, and hands everything else to an embedded PostgreSQL.
 */
@NullMarked
package dev.sluice.local.redshift;

import org.jspecify.annotations.NullMarked;
