package dev.sluice.local.kinesis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parameters of a call, or of a part of it. Each getter refuses what has another type than the service's model says. */
record ApiRequest(JsonNode body, WireFormat format) {
    private static final Pattern STREAM_NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

    boolean has(String name) {
        return body.hasNonNull(name);
    }

    @Nullable String text(String name) {
        JsonNode value = body.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw ApiException.serialization(name + " is no string");
        }
        return value.textValue();
    }

    String requiredText(String name) {
        String value = text(name);
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    /** A whole number between two bounds, or {@code otherwise} if there is none. */
    int number(String name, int otherwise, int least, int most) {
        return has(name) ? requiredNumber(name, least, most) : otherwise;
    }

    int requiredNumber(String name, int least, int most) {
        JsonNode value = body.get(name);
        if (value == null || value.isNull()) {
            throw missing(name);
        }
        if (!value.isIntegralNumber()) {
            throw ApiException.serialization(name + " is no whole number");
        }
        long number = value.longValue();
        if (!value.canConvertToLong() || number < least || number > most) {
            throw ApiException.validation("Value '" + value.asText() + "' at '" + name
                    + "' failed to satisfy constraint: Member must be between " + least + " and " + most);
        }
        return (int) number;
    }

    @Nullable Instant time(String name) {
        JsonNode value = body.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isNumber()) {
            throw ApiException.serialization(name + " is no time");
        }
        return format.time(value);
    }

    byte[] requiredBytes(String name) {
        JsonNode value = body.get(name);
        if (value == null || value.isNull()) {
            throw missing(name);
        }
        try {
            byte[] bytes = value.binaryValue();
            if (bytes != null) {
                return bytes;
            }
        } catch (IOException _) {
            throw ApiException.serialization(name + " is no base64");
        }
        throw ApiException.serialization(name + " is no blob");
    }

    /** The object of that name, or an empty one. */
    ApiRequest object(String name) {
        JsonNode value = body.get(name);
        if (value == null || value.isNull()) {
            return new ApiRequest(JsonNodeFactory.instance.objectNode(), format);
        }
        if (!value.isObject()) {
            throw ApiException.serialization(name + " is no object");
        }
        return new ApiRequest(value, format);
    }

    List<ApiRequest> requiredObjects(String name) {
        JsonNode value = body.get(name);
        if (value == null || !value.isArray()) {
            throw missing(name);
        }
        List<ApiRequest> objects = new ArrayList<>(value.size());
        for (JsonNode element : value) {
            if (!element.isObject()) {
                throw ApiException.serialization("An element of " + name + " is no object");
            }
            objects.add(new ApiRequest(element, format));
        }
        return objects;
    }

    Map<String, String> texts(String name) {
        Map<String, String> texts = new HashMap<>();
        ApiRequest object = object(name);
        object.body.fieldNames().forEachRemaining(key -> texts.put(key, object.requiredText(key)));
        return texts;
    }

    /** The stream that StreamName or StreamARN names, or null if neither is there. */
    @Nullable String streamName() {
        String name = text("StreamName");
        if (name == null) {
            String arn = text("StreamARN");
            if (arn == null) {
                return null;
            }
            name = Arn.streamName(arn);
        }
        if (!STREAM_NAME.matcher(name).matches()) {
            throw ApiException.validation("Value '" + name
                    + "' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
                    + STREAM_NAME);
        }
        return name;
    }

    String requiredStreamName() {
        String name = streamName();
        if (name == null) {
            throw missing("StreamName");
        }
        return name;
    }

    private static ApiException missing(String name) {
        return ApiException.validation(
                "Value null at '" + name + "' failed to satisfy constraint: Member must not be null");
    }
}
