/** S3 on loopback: s3proxy in this JVM over plain files, with objects that appear whole or not at all. */
@NullMarked
package dev.sluice.local.s3;

import org.jspecify.annotations.NullMarked;
