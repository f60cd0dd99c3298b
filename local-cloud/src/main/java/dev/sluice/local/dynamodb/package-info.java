/** DynamoDB on loopback: AWS's own DynamoDB Local, in this JVM, with its tables on disk. */
@NullMarked
package dev.sluice.local.dynamodb;

import org.jspecify.annotations.NullMarked;
