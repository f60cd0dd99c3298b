package dev.sluice.loader.load;

/**
 * What is wrong with one staged row.
 *
 * @param detail which column and which limit, for the one who mends it; without the row's content
 */
record RowFault(QuarantineReason reason, String detail) {}
