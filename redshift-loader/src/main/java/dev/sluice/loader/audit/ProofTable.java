package dev.sluice.loader.audit;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
            proofs.stream()
                    .filter(proof -> !writtenOff.contains(proof.epoch()))
                    .forEach(proof -> replace(proof, checkedAt));
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

    private void replace(EpochProof proof, Instant checkedAt) {
        warehouse
                .sql("DELETE FROM audit_proofs WHERE ingest_epoch = :epoch")
                .param("epoch", proof.epoch())
                .update();
        warehouse
                .sql(
                        "INSERT INTO audit_proofs (ingest_epoch, state, proven_seq, proven_until, missing, doubled, checked_at)"
                                + " VALUES (:epoch, :state, :seq, CAST(:until AS TIMESTAMP), :missing, :doubled,"
                                + " CAST(:checked AS TIMESTAMP))")
                .param("epoch", proof.epoch())
                .param("state", proof.state().columnValue())
                .param("seq", proof.provenSeq())
                .param("until", Books.text(proof.provenUntil()))
                .param("missing", proof.missing())
                .param("doubled", proof.doubled())
                .param("checked", Books.text(checkedAt))
                .update();
    }
}
