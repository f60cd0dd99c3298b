package dev.sluice.local.kinesis;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes an {@link Answer} in JSON or CBOR. Fields that are null are left out. */
final class AnswerWriter implements AutoCloseable {
    // RFC 8949: what follows is a time since 1970.
    private static final int CBOR_TIME_TAG = 1;

    private final JsonGenerator generator;

    AnswerWriter(JsonGenerator generator) {
        this.generator = generator;
    }

    /** How an element of a list is written. */
    @FunctionalInterface
    interface Element<T> {
        void write(T element) throws IOException;
    }

    void root(Answer answer) throws IOException {
        generator.writeStartObject();
        answer.write(this);
        generator.writeEndObject();
    }

    void text(String name, @Nullable String value) throws IOException {
        if (value != null) {
            generator.writeStringField(name, value);
        }
    }

    void number(String name, long value) throws IOException {
        generator.writeNumberField(name, value);
    }

    void flag(String name, boolean value) throws IOException {
        generator.writeBooleanField(name, value);
    }

    void bytes(String name, byte[] value) throws IOException {
        generator.writeBinaryField(name, value);
    }

    void time(String name, Instant value) throws IOException {
        generator.writeFieldName(name);
        if (generator instanceof CBORGenerator cbor) {
            cbor.writeTag(CBOR_TIME_TAG);
            cbor.writeNumber(value.toEpochMilli());
        } else {
            generator.writeNumber(value.toEpochMilli() / 1_000.0);
        }
    }

    void object(String name, Answer value) throws IOException {
        generator.writeFieldName(name);
        root(value);
    }

    void texts(String name, List<String> values) throws IOException {
        list(name, values, generator::writeString);
    }

    <T> void objects(String name, List<T> values, Element<T> fields) throws IOException {
        list(name, values, value -> root(_ -> fields.write(value)));
    }

    private <T> void list(String name, List<T> values, Element<T> element) throws IOException {
        generator.writeArrayFieldStart(name);
        for (T value : values) {
            element.write(value);
        }
        generator.writeEndArray();
    }

    @Override
    public void close() throws IOException {
        generator.close();
    }
}
