package dev.sluice.local.kinesis;

import java.io.IOException;

/** Writes the fields of an object. */
@FunctionalInterface
interface Answer {
    /** No object at all: what operations without a result answer. */
    Answer EMPTY = _ -> {};

    void write(AnswerWriter out) throws IOException;
}
