package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.load.CsvRecords.CsvRecord;
import dev.sluice.loader.load.RowJudge.Refusal;
import dev.sluice.loader.load.RowJudge.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BadRowSearchTest {
    private static final RowFault SUSPICION = new RowFault(QuarantineReason.TOO_LONG, "suspected");

    private final List<Integer> asked = new ArrayList<>();

    @Test
    void run_asksOnceWhenNothingIsBad() throws Exception {
        assertThat(search(records(100, _ -> false), Map.of(), counting(false)).run())
                .isEmpty();
        assertThat(asked).containsExactly(100);
    }

    @Test
    void run_findsEveryBadRowWithoutAnySuspicion() throws Exception {
        for (List<Integer> bad :
                List.of(List.of(0), List.of(999), List.of(500), List.of(1, 2), List.of(0, 499, 500, 999))) {
            CsvRecords records = records(1_000, bad::contains);
            assertThat(numbers(search(records, Map.of(), counting(false)).run().keySet()))
                    .isEqualTo(bad);
        }
    }

    @Test
    void run_asksFewTimesForOneBadRow() throws Exception {
        search(records(1_000, i -> i == 700), Map.of(), counting(false)).run();
        assertThat(asked.size()).isLessThanOrEqualTo(21);
    }

    @Test
    void run_asksThreeTimesWhenTheSuspicionsAreRight() throws Exception {
        CsvRecords records = records(1_000, i -> i % 10 == 3);
        assertThat(numbers(search(records, suspects(records, i -> i % 10 == 3), counting(false))
                        .run()
                        .keySet()))
                .hasSize(100);
        assertThat(asked).containsExactly(1_000, 100, 900);
    }

    @Test
    void run_isNotMisledByAWrongSuspicion() throws Exception {
        CsvRecords records = records(100, i -> i == 40 || i == 60);
        assertThat(search(records, suspects(records, i -> i >= 50 && i < 70), counting(false))
                        .run())
                .hasSize(2)
                .extractingByKey(records.list().get(60))
                .isEqualTo(SUSPICION);
        assertThat(search(records, suspects(records, _ -> true), counting(false))
                        .run())
                .hasSize(2);
    }

    @Test
    void run_takesTheLinesThatTheWarehouseNames() throws Exception {
        CsvRecords records = records(1_000, i -> i % 100 == 7);
        Map<CsvRecord, RowFault> bad = search(records, Map.of(), counting(true)).run();
        assertThat(numbers(bad.keySet())).hasSize(10);
        assertThat(asked).containsExactly(1_000, 10, 990);
        assertThat(bad.values()).containsOnly(new RowFault(QuarantineReason.BAD_TIMESTAMP, "said"));
    }

    @Test
    void run_findsThemWhenTheWarehouseNamesOtherLines() throws Exception {
        CsvRecords records = records(200, i -> i == 150);
        RowJudge misled = rows -> {
            Verdict verdict = counting(false).judge(rows);
            return new Verdict(
                    verdict.taken(), List.of(new Refusal(1, 1207, "another's"), new Refusal(99999, 1207, "")));
        };
        assertThat(numbers(search(records, Map.of(), misled).run().keySet())).containsExactly(150);
    }

    @Test
    void run_findsThemWhenTheWarehouseCountsNothing() throws Exception {
        RowJudge together = rows -> {
            Verdict verdict = counting(false).judge(rows);
            return verdict.taken() == rows.size() ? verdict : new Verdict(RowJudge.REFUSED_TOGETHER, List.of());
        };
        Map<CsvRecord, RowFault> bad =
                search(records(64, i -> i == 5 || i == 6), Map.of(), together).run();
        assertThat(numbers(bad.keySet())).containsExactly(5, 6);
        assertThat(bad.values()).extracting(RowFault::reason).containsOnly(QuarantineReason.REFUSED);
    }

    @Test
    void run_doesNotAskAboutWhatDoesNotReadAsARow() throws Exception {
        CsvRecords records = CsvRecords.of("ok1,\nhalf\nok2,\n".getBytes(StandardCharsets.UTF_8), 2, 10);
        assertThat(search(records, Map.of(), counting(false)).run().values())
                .extracting(RowFault::reason)
                .containsExactly(QuarantineReason.WRONG_COLUMN_COUNT);
        assertThat(asked).containsExactly(2);
    }

    @Test
    void run_givesUpOnGarbageAtOnce() throws Exception {
        assertGivesUp(search(records(1_000, i -> i < 51), Map.of(), counting(false)), "more than 50 bad rows");
        assertThat(asked).hasSize(1);
        assertThat(search(records(1_000, i -> i < 50), Map.of(), counting(false))
                        .run())
                .hasSize(50);
    }

    @Test
    void run_givesUpAfterItsQuestions() throws Exception {
        CsvRecords records = records(100_000, i -> i % 2_500 == 0);
        assertGivesUp(search(records, Map.of(), counting(false)), "200 questions");
        assertThat(asked).hasSize(200);
    }

    private static void assertGivesUp(BadRowSearch search, String why) {
        assertThatThrownBy(search::run)
                .isInstanceOf(LoadFailure.class)
                .hasMessageContaining(why)
                .extracting(e -> ((LoadFailure) e).kind())
                .isEqualTo(LoadFailure.Kind.BATCH);
    }

    private BadRowSearch search(CsvRecords records, Map<CsvRecord, RowFault> suspects, RowJudge judge) {
        return new BadRowSearch(records, suspects, judge, new BadRowSearch.Bounds(200, 50 + suspects.size()));
    }

    /** Refuses each row that says it is bad; names the lines or does not. */
    private RowJudge counting(boolean naming) {
        return rows -> {
            asked.add(rows.size());
            var refusals = new ArrayList<Refusal>();
            long taken = 0;
            for (int i = 0; i < rows.size(); i++) {
                if (new String(rows.get(i), StandardCharsets.UTF_8).startsWith("bad")) {
                    refusals.add(new Refusal(i + 1, 1206, "said"));
                } else {
                    taken++;
                }
            }
            return new Verdict(taken, naming ? refusals : List.of());
        };
    }

    private static CsvRecords records(int rows, Predicate<Integer> bad) throws Exception {
        String csv = IntStream.range(0, rows)
                .mapToObj(i -> (bad.test(i) ? "bad" : "ok") + "," + i + "\n")
                .collect(Collectors.joining());
        return CsvRecords.of(csv.getBytes(StandardCharsets.UTF_8), 2, 10);
    }

    private static Map<CsvRecord, RowFault> suspects(CsvRecords records, Predicate<Integer> suspected) {
        var suspects = new HashMap<CsvRecord, RowFault>();
        for (CsvRecord row : records.list()) {
            if (suspected.test((int) row.line() - 1)) {
                suspects.put(row, SUSPICION);
            }
        }
        return suspects;
    }

    private static List<Integer> numbers(Iterable<CsvRecord> rows) {
        var numbers = new ArrayList<Integer>();
        rows.forEach(row -> numbers.add((int) row.line() - 1));
        return numbers;
    }
}
