package dev.sluice.ingest.send;

import dev.sluice.common.AuditCodec;
import dev.sluice.common.AuditRecord;
import dev.sluice.common.FrameFormatException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A stream in memory, told beforehand how to fail. Thread-safe. */
public final class FakeRecordSink implements RecordSink {
    /** How one call goes. */
    public interface Answer {
        List<PutOutcome> to(List<StreamRecord> records) throws InterruptedException;
    }

    private final Deque<Answer> script = new ArrayDeque<>();
    private final List<StreamRecord> stored = new ArrayList<>();
    private final List<List<StreamRecord>> calls = new ArrayList<>();
    private volatile Answer otherwise = records -> Collections.nCopies(records.size(), PutOutcome.STORED);

    /** The next call that has no answer yet goes so. */
    public synchronized FakeRecordSink next(Answer answer) {
        script.add(answer);
        return this;
    }

    /** Calls without an answer of their own go so. */
    public void otherwise(Answer answer) {
        otherwise = answer;
    }

    public static Answer all(PutOutcome outcome) {
        return records -> Collections.nCopies(records.size(), outcome);
    }

    /** All are stored but those at these indices. */
    public static Answer allBut(PutOutcome outcome, int... indices) {
        return records -> {
            var outcomes = new ArrayList<>(Collections.nCopies(records.size(), PutOutcome.STORED));
            for (int index : indices) {
                outcomes.set(index, outcome);
            }
            return outcomes;
        };
    }

    /** Never answers; ends when interrupted. */
    public static Answer hangs() {
        return records -> {
            new CountDownLatch(1).await();
            throw new AssertionError("nobody counts down");
        };
    }

    @Override
    public List<PutOutcome> put(List<StreamRecord> records) throws InterruptedException {
        Answer answer;
        synchronized (this) {
            calls.add(List.copyOf(records));
            answer = script.isEmpty() ? otherwise : script.remove();
        }
        List<PutOutcome> outcomes = answer.to(records);
        synchronized (this) {
            for (int i = 0; i < Math.min(records.size(), outcomes.size()); i++) {
                if (outcomes.get(i) == PutOutcome.STORED) {
                    stored.add(records.get(i));
                }
            }
        }
        return outcomes;
    }

    public synchronized List<StreamRecord> stored() {
        return List.copyOf(stored);
    }

    /** What is stored and is no audit record. */
    public List<StreamRecord> frames() {
        return stored().stream()
                .filter(record -> !AuditCodec.isAudit(record.data()))
                .toList();
    }

    /** The audit records that are stored. */
    public List<AuditRecord> audits() {
        var audits = new ArrayList<AuditRecord>();
        for (StreamRecord record : stored()) {
            try {
                if (AuditCodec.isAudit(record.data())) {
                    audits.add(AuditCodec.decode(record.data()));
                }
            } catch (FrameFormatException e) {
                throw new AssertionError(e);
            }
        }
        return audits;
    }

    public synchronized List<List<StreamRecord>> calls() {
        return List.copyOf(calls);
    }

    @Override
    public String toString() {
        return "stream in memory";
    }
}
