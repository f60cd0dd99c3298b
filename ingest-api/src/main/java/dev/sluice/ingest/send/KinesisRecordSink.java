package dev.sluice.ingest.send;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KmsThrottlingException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/**
 * Puts records with PutRecords. Judges every failure once, here; no caller sees an SDK type. An answer of 200 can hold failures,
 * so outcomes are read per record, by index. Thread-safe; deadlines are the client's.
 */
public final class KinesisRecordSink implements RecordSink {
    private static final Logger log = LoggerFactory.getLogger(KinesisRecordSink.class);
    private static final String SHARD_HAS_ENOUGH = "ProvisionedThroughputExceededException";

    private final KinesisClient client;
    private final String stream;
    /** The kind of the failure that was last logged with its cause; empty after a success. */
    private final AtomicReference<String> lastFault = new AtomicReference<>("");

    public KinesisRecordSink(KinesisClient client, String stream) {
        this.client = client;
        this.stream = stream;
    }

    @Override
    public List<PutOutcome> put(List<StreamRecord> records) throws InterruptedException {
        var request = PutRecordsRequest.builder()
                .streamName(stream)
                .records(records.stream().map(KinesisRecordSink::entry).toList())
                .build();
        try {
            List<PutRecordsResultEntry> results = client.putRecords(request).records();
            if (results.size() != records.size()) {
                log.error("{} answered {} results for {} records", this, results.size(), records.size());
                return all(records, PutOutcome.FAILED);
            }
            lastFault.set("");
            var outcomes = new ArrayList<PutOutcome>(results.size());
            for (PutRecordsResultEntry result : results) {
                outcomes.add(judge(result));
            }
            return outcomes;
        } catch (SdkException e) {
            // The SDK leaves the flag up when a call was interrupted.
            if (Thread.interrupted()) {
                var interrupted = new InterruptedException("interrupted in a call to " + this);
                interrupted.initCause(e);
                throw interrupted;
            }
            PutOutcome outcome = judge(e);
            say(e, records.size(), outcome);
            return all(records, outcome);
        }
    }

    /** Opens a connection before hits wait for it, and so says at the start when the stream's name or the rights are wrong. */
    @Override
    public void warmUp() {
        try {
            client.describeStreamSummary(request -> request.streamName(stream));
        } catch (SdkException e) {
            log.warn("{} cannot be asked: {}; hits are kept until it can", this, e.getMessage());
        }
    }

    /** Each kind of failure with its cause once; repeats quiet. */
    private void say(SdkException e, int records, PutOutcome outcome) {
        String fault = outcome + " " + e.getClass().getName();
        if (lastFault.getAndSet(fault).equals(fault)) {
            log.debug("{}: a call with {} records {}", this, records, outcome, e);
        } else {
            log.warn("{}: a call with {} records {}", this, records, outcome, e);
        }
    }

    private static PutRecordsRequestEntry entry(StreamRecord record) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(record.partitionKey())
                .data(SdkBytes.fromByteArrayUnsafe(record.data()))
                .build();
    }

    /** The service knows two codes per record: the shard has enough, or it failed within. Both are worth another try. */
    private static PutOutcome judge(PutRecordsResultEntry result) {
        if (result.errorCode() == null) {
            return PutOutcome.STORED;
        }
        return result.errorCode().equals(SHARD_HAS_ENOUGH) ? PutOutcome.THROTTLED : PutOutcome.FAILED;
    }

    private static PutOutcome judge(SdkException e) {
        return switch (e) {
            case ProvisionedThroughputExceededException _, KmsThrottlingException _, LimitExceededException _ ->
                PutOutcome.THROTTLED;
            case AwsServiceException answer when answer.isThrottlingException() -> PutOutcome.THROTTLED;
            case AwsServiceException answer
            when answer.statusCode() >= 400 && answer.statusCode() < 500 -> PutOutcome.REFUSED;
            // The service broke, or no answer came: no connection, no time left, no credentials to be had just now.
            default -> PutOutcome.FAILED;
        };
    }

    private static List<PutOutcome> all(List<StreamRecord> records, PutOutcome outcome) {
        return Collections.nCopies(records.size(), outcome);
    }

    @Override
    public String toString() {
        return "Kinesis stream " + stream;
    }
}
