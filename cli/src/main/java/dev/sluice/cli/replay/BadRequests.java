package dev.sluice.cli.replay;

import dev.sluice.common.Frame;
import dev.sluice.common.TransportId;
import dev.sluice.loader.load.BadEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The requests whose originals are looked for. Each is found once, however often the archive has it. Thread-safe. */
final class BadRequests {
    private final Map<TransportId, BadRequest> wanted = new ConcurrentHashMap<>();
    private final List<BadEvent> withoutRequest = new ArrayList<>();

    BadRequests(List<BadEvent> events) {
        var byRequest = new HashMap<TransportId, List<BadEvent>>();
        for (BadEvent event : events) {
            if (event.hasRequest()) {
                var id = new TransportId(UUID.fromString(event.epoch()), event.seq());
                byRequest.computeIfAbsent(id, _ -> new ArrayList<>()).add(event);
            } else {
                withoutRequest.add(event);
            }
        }
        byRequest.forEach((id, of) -> wanted.put(id, new BadRequest(of)));
    }

    /** The request that this hit is, and from then on it isn't wanted any more; null when it is none of them, or was taken. */
    @Nullable BadRequest take(Frame frame, int hit) {
        return wanted.remove(frame.idOf(hit));
    }

    boolean areAllFound() {
        return wanted.isEmpty();
    }

    /** Those that nobody has taken, and those that came of no request. */
    List<BadEvent> rest() {
        var rest = new ArrayList<>(withoutRequest);
        wanted.values().forEach(request -> rest.addAll(request.events()));
        return rest;
    }
}
