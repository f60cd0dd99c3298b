package dev.sluice.loader.audit;

import dev.sluice.loader.audit.EpochProof.State;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Proves round by round that what was accepted is in the warehouse, once, and still is. Changes nothing there but its own table {@code
 * audit_proofs}, so several may run: they find the same. Confined to one thread.
 */
final class Auditor {
    private final ProofTable table;
    private final Sweep sweep;
    private final Prover prover;
    private final AuditReport report;
    private final InstantSource clock;

    Auditor(
            DataSource source,
            AuditProperties properties,
            AuditReport report,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.table = new ProofTable(source);
        this.sweep = new Sweep(source, properties);
        this.prover = new Prover(new Books(source), properties, nanoTime);
        this.report = report;
        this.clock = clock;
    }

    /** One round. Fails as the warehouse does; the next one then begins where this one did. */
    void round() {
        Instant now = clock.instant();
        Map<String, EpochProof> before = table.read();
        sweep.next(now, before, prover::overdueUpTo);
        var current = new HashMap<>(before);
        setBackWhatHasGone(current);
        Map<String, EpochProof> lookedAt = prover.advance(now, current);
        current.putAll(lookedAt);
        countDoubles(current);
        table.write(changed(before, current, lookedAt.keySet()), now);
        report.round(new AuditReport.Round(findings(), sweep.minutes(), watermark(current)));
    }

    /** Never nothing, where there is something: the table says when it was last found to be so. */
    private static List<EpochProof> changed(
            Map<String, EpochProof> before, Map<String, EpochProof> current, Set<String> lookedAt) {
        List<EpochProof> changed = current.values().stream()
                .filter(proof -> lookedAt.contains(proof.epoch()) || !proof.equals(before.get(proof.epoch())))
                .toList();
        return changed.isEmpty()
                ? current.values().stream()
                        .max(Comparator.comparing(EpochProof::provenUntil))
                        .map(List::of)
                        .orElse(List.of())
                : changed;
    }

    /** What is missing as the prover has it, to the single hit, and what else the sweep came upon. */
    private List<Finding> findings() {
        var findings = new ArrayList<>(prover.overdue());
        var told = new HashMap<String, SeqRanges>();
        findings.forEach(finding -> finding.hits()
                .forEach(range -> told.computeIfAbsent(finding.epoch(), _ -> new SeqRanges())
                        .add(range.first(), range.last())));
        for (Finding finding : sweep.findings()) {
            if (finding.kind() != Finding.Kind.MISSING_HITS) {
                findings.add(finding);
                continue;
            }
            SeqRanges known = told.computeIfAbsent(finding.epoch(), _ -> new SeqRanges());
            List<SeqRange> more = finding.hits().stream()
                    .flatMap(range -> known.missingFrom(range.first(), range.last()).stream())
                    .toList();
            if (!more.isEmpty()) {
                findings.add(Finding.ofHits(finding.epoch(), finding.minute(), more));
                more.forEach(range -> known.add(range.first(), range.last()));
            }
        }
        findings.addAll(prover.late());
        return findings;
    }

    private void setBackWhatHasGone(Map<String, EpochProof> proofs) {
        for (Finding finding : sweep.findings()) {
            EpochProof proof = proofs.get(finding.epoch());
            if (finding.kind() == Finding.Kind.MISSING_HITS && proof != null) {
                prover.gone(finding.epoch(), finding.hits().getLast().last());
                proofs.put(
                        finding.epoch(), proof.setBack(finding.hits().getFirst().first(), finding.minute()));
            }
        }
    }

    private void countDoubles(Map<String, EpochProof> proofs) {
        Map<String, Long> doubled = sweep.findings().stream()
                .filter(finding -> finding.kind() == Finding.Kind.DOUBLED)
                .collect(Collectors.groupingBy(Finding::epoch, Collectors.summingLong(Finding::count)));
        proofs.replaceAll((epoch, proof) -> {
            long rows = doubled.getOrDefault(epoch, 0L);
            return proof.doubled() == rows ? proof : proof.withDoubled(rows);
        });
    }

    /** As the view has it. */
    private static Optional<Instant> watermark(Map<String, EpochProof> proofs) {
        Optional<Instant> open = reached(proofs, State.OPEN).min(Comparator.naturalOrder());
        return open.isPresent() ? open : reached(proofs, State.COMPLETE).max(Comparator.naturalOrder());
    }

    private static Stream<Instant> reached(Map<String, EpochProof> proofs, State state) {
        return proofs.values().stream().filter(proof -> proof.state() == state).map(EpochProof::provenUntil);
    }
}
