package dev.sluice.local.kinesis;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Sees which content types a client sends. */
final class SentFormats implements ExecutionInterceptor {
    private final Set<String> contentTypes = ConcurrentHashMap.newKeySet();

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        context.httpRequest().firstMatchingHeader("Content-Type").ifPresent(contentTypes::add);
    }

    Set<String> contentTypes() {
        return Set.copyOf(contentTypes);
    }
}
