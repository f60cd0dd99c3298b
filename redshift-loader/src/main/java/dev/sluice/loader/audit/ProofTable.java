package dev.sluice.loader.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The table {@code audit_proofs}, which the watermark is read from. Several auditors write it in turns, under its lock, and all write
 * what they found in the same tables; what was written off stays so. Thread-safe; blocks.
 */
final class ProofTable {
    /** Binds per statement stay far below the wire's 32,767. */
    private static final int ROWS_PER_INSERT = 500;

    private static final String ROW = "(?, ?, ?, CAST(? AS TIMESTAMP), ?, ?, CAST(? AS TIMESTAMP))";

    private final JdbcClient warehouse;
    private final TransactionTemplate transaction;

    ProofTable(DataSource source) {
        this.warehouse = JdbcClient.create(source);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    }

    /** All there are, by epoch: one for each start of an ingest node. */
    Map<String, EpochProof> read() {
        var proofs = new HashMap<String, EpochProof>();
        warehouse
                .sql("SELECT ingest_epoch, state, proven_seq, proven_until, missing, doubled FROM audit_proofs")
                .query((row, _) -> new EpochProof(
                        row.getString(1),
                        EpochProof.State.of(row.getString(2)),
                        row.getLong(3),
                        Books.instant(row, 4),
                        row.getLong(5),
                        row.getLong(6)))
                .list()
                .forEach(proof -> proofs.put(proof.epoch(), proof));
        return proofs;
    }

    /** Puts these in the place of what is there of their epochs. */
    void write(Collection<EpochProof> proofs, Instant checkedAt) {
        if (proofs.isEmpty()) {
            return;
        }
        transaction.executeWithoutResult(_ -> {
            lock();
            Set<String> writtenOff = new HashSet<>(warehouse
                    .sql("SELECT ingest_epoch FROM audit_proofs WHERE state = :state")
                    .param("state", EpochProof.State.WRITTEN_OFF.columnValue())
                    .query(String.class)
                    .list());
            List<EpochProof> kept = proofs.stream()
                    .filter(proof -> !writtenOff.contains(proof.epoch()))
                    .toList();
            for (int from = 0; from < kept.size(); from += ROWS_PER_INSERT) {
                replace(kept.subList(from, Math.min(from + ROWS_PER_INSERT, kept.size())), checkedAt);
            }
        });
    }

    /**
     * Has the epoch count no more.
     *
     * @return false when nothing is known of it
     */
    boolean writeOff(String epoch) {
        return Boolean.TRUE.equals(transaction.execute(_ -> {
            lock();
            return warehouse
                            .sql("UPDATE audit_proofs SET state = :state WHERE ingest_epoch = :epoch")
                            .param("state", EpochProof.State.WRITTEN_OFF.columnValue())
                            .param("epoch", epoch)
                            .update()
                    > 0;
        }));
    }

    /** The transaction's first statement: what it reads then is what the one before it left. */
    private void lock() {
        warehouse.sql("LOCK TABLE audit_proofs").update();
    }

    private void replace(List<EpochProof> proofs, Instant checkedAt) {
        warehouse
                .sql("DELETE FROM audit_proofs WHERE ingest_epoch IN (:epochs)")
                .param("epochs", proofs.stream().map(EpochProof::epoch).toList())
                .update();
        var values = new ArrayList<Object>();
        proofs.forEach(proof -> Collections.addAll(
                values,
                proof.epoch(),
                proof.state().columnValue(),
                proof.provenSeq(),
                Books.text(proof.provenUntil()),
                proof.missing(),
                proof.doubled(),
                Books.text(checkedAt)));
        warehouse
                .sql(
                        "INSERT INTO audit_proofs (ingest_epoch, state, proven_seq, proven_until, missing, doubled, checked_at)"
                                + " VALUES " + String.join(", ", Collections.nCopies(proofs.size(), ROW)))
                .params(values)
                .update();
    }
}
