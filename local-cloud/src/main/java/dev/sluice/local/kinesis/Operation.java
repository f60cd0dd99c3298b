package dev.sluice.local.kinesis;

import java.io.IOException;

/** One operation of the service. Throws {@link ApiException} for what the client did wrong. */
@FunctionalInterface
interface Operation {
    Answer answer(ApiRequest request) throws IOException;
}
