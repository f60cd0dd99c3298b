package dev.sluice.local.kinesis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The two ways to write the protocol: CBOR is what the AWS SDK for Java takes by default, JSON what most others do. */
enum WireFormat {
    JSON("application/x-amz-json-1.1", new ObjectMapper()),
    CBOR("application/x-amz-cbor-1.1", new ObjectMapper(new CBORFactory()));

    private final String contentType;
    private final ObjectMapper mapper;

    WireFormat(String contentType, ObjectMapper mapper) {
        this.contentType = contentType;
        this.mapper = mapper;
    }

    static WireFormat of(@Nullable String contentType) {
        return contentType != null && contentType.contains("cbor") ? CBOR : JSON;
    }

    String contentType() {
        return contentType;
    }

    ApiRequest read(byte[] body) throws IOException {
        if (body.length == 0) {
            return new ApiRequest(mapper.createObjectNode(), this);
        }
        try {
            JsonNode tree = mapper.readTree(body);
            if (tree.isObject()) {
                return new ApiRequest(tree, this);
            }
        } catch (JsonProcessingException _) {
            throw ApiException.serialization("The body can't be read as " + contentType);
        }
        throw ApiException.serialization("The body is no object");
    }

    byte[] write(Answer answer) throws IOException {
        if (answer.equals(Answer.EMPTY)) {
            return new byte[0];
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (AnswerWriter out = new AnswerWriter(mapper.getFactory().createGenerator(bytes))) {
            out.root(answer);
        }
        return bytes.toByteArray();
    }

    /** JSON has seconds with a fraction; CBOR has, against its own standard, whole milliseconds. */
    Instant time(JsonNode value) {
        return Instant.ofEpochMilli(this == CBOR ? value.asLong() : Math.round(value.asDouble() * 1_000));
    }
}
