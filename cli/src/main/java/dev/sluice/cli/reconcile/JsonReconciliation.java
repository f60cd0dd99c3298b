package dev.sluice.cli.reconcile;

import dev.sluice.loader.audit.Finding;
import dev.sluice.loader.audit.MinuteBalance;
import dev.sluice.loader.audit.Reconciliation;
import dev.sluice.loader.audit.Sighting;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import tools.jackson.databind.json.JsonMapper;

/** For programs: one object, written as it comes. */
final class JsonReconciliation implements ReconcilePrinter {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final PrintWriter out;
    private boolean open;

    JsonReconciliation(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void minute(MinuteBalance balance, List<Finding> findings) {
        var minute = new LinkedHashMap<String, Object>();
        minute.put("minute", balance.minute().toString());
        minute.put("epoch", balance.epoch());
        if (balance.accepted() >= 0) {
            minute.put("accepted", balance.accepted());
        }
        minute.put("landed", balance.hits());
        minute.put("outstanding", balance.outstanding());
        minute.put("loaded", balance.loaded());
        minute.put("bad", balance.bad());
        minute.put("repeats", balance.repeats());
        minute.put("addsUp", findings.isEmpty());
        out.print((open ? ",\n" : "{\"minutes\":[\n") + JSON.writeValueAsString(minute));
        open = true;
    }

    @Override
    public void end(Reconciliation found) {
        var rest = new LinkedHashMap<String, Object>();
        rest.put("from", found.from().toString());
        rest.put("to", found.to().toString());
        found.watermark().ifPresent(until -> rest.put("completeUntil", until.toString()));
        rest.put("totals", found.totals());
        rest.put(
                "inFlight",
                found.inFlight().stream().map(JsonReconciliation::hits).toList());
        rest.put("waiting", found.waiting());
        rest.put(
                "findings",
                found.findings().stream().map(f -> finding(f, found)).toList());
        rest.put("notes", found.sightings().notes());
        rest.put("addsUp", found.isSound());
        String object = JSON.writeValueAsString(rest);
        out.println((open ? "\n],\n" : "{\"minutes\":[],\n") + object.substring(1));
    }

    private static Map<String, Object> hits(Finding finding) {
        var object = new LinkedHashMap<String, Object>();
        object.put("epoch", finding.epoch());
        object.put("minute", finding.minute().toString());
        object.put("count", finding.count());
        object.put("hits", finding.hits());
        return object;
    }

    private static Map<String, Object> finding(Finding finding, Reconciliation found) {
        var object = new LinkedHashMap<String, Object>();
        object.put("kind", finding.kind().name());
        object.putAll(hits(finding));
        object.put("events", finding.events());
        var places = new ArrayList<Map<String, Object>>();
        finding.hits().stream()
                .flatMapToLong(range -> LongStream.rangeClosed(range.first(), range.last()))
                .limit(MOST_NAMED)
                .forEach(seq -> places.add(seen(finding, seq, found)));
        finding.events().stream().limit(MOST_NAMED).forEach(event -> places.add(seen(finding, event.seq(), found)));
        object.put("where", places);
        return object;
    }

    private static Map<String, Object> seen(Finding finding, long seq, Reconciliation found) {
        List<Sighting> seen = found.sightings().of(finding.epoch(), seq);
        return Map.of("seq", seq, "places", seen);
    }
}
