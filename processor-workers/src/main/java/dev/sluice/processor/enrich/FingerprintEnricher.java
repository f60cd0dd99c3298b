package dev.sluice.processor.enrich;

import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.protocol.JsonWriter;
import dev.sluice.processor.protocol.Param;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Tells a repeat of an event from another event of the same id: the first 128 bits of SHA-256 over what the event says.
 * The same event has the same fingerprint when it is sent again, later, in another batch, or by GET instead of POST:
 * left out is what a re-send changes (its id, the time of sending, cookie ids, address, headers), and what was base64
 * counts as what it encodes.
 */
public final class FingerprintEnricher implements Enricher {
    private static final Set<Param> UNSTABLE = EnumSet.of(
            Param.EVENT_ID, Param.SENT, Param.NETWORK_ID, Param.TRUSTED_NETWORK_ID, Param.IP, Param.USER_AGENT);
    /** By name, so that the order in which parameters are declared is free to change. */
    private static final List<Param> SAID = Arrays.stream(Param.values())
            .filter(param -> !UNSTABLE.contains(param))
            .sorted(Comparator.comparing(Param::wireName))
            .toList();

    private static final HexFormat HEX = HexFormat.of();
    private static final int BYTES = 16;

    @Override
    public String name() {
        return "fingerprint";
    }

    @Override
    public void enrich(EventContext event) {
        var said = new StringBuilder(1024);
        for (Param param : SAID) {
            String value = event.param(param);
            if (value != null) {
                append(said, nameOf(param), value);
            }
        }
        event.event().others().forEach((name, value) -> append(said, name, JsonWriter.write(value)));
        byte[] hash = sha256().digest(said.toString().getBytes(StandardCharsets.UTF_8));
        event.text(Columns.EVENT_FINGERPRINT, HEX.formatHex(hash, 0, BYTES));
    }

    private static String nameOf(Param param) {
        return switch (param) {
            case ENTITIES_ENCODED -> Param.ENTITIES.wireName();
            case SELF_DESCRIBING_ENCODED -> Param.SELF_DESCRIBING.wireName();
            default -> param.wireName();
        };
    }

    // With lengths, so that no two different events read the same.
    private static void append(StringBuilder said, String name, String value) {
        said.append(name.length()).append(':').append(name);
        said.append(value.length()).append(':').append(value);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
