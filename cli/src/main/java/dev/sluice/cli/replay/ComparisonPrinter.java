package dev.sluice.cli.replay;

import dev.sluice.loader.load.TableComparison.Change;
import dev.sluice.loader.load.TableComparison.Result;
import dev.sluice.loader.load.TableComparison.Sample;
import dev.sluice.loader.load.TableComparison.Wanted;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a comparison is said. */
enum ComparisonPrinter {
    /** For reading: what is only in one, then a line for each column that differs, with samples below. */
    TEXT {
        @Override
        String print(Wanted wanted, Result result) {
            var text = new StringBuilder();
            text.append(String.format(Locale.ROOT, "%,d rows in both", result.both()));
            text.append(String.format(Locale.ROOT, ", %,d only in %s", result.onlyOne(), wanted.one()));
            text.append(String.format(Locale.ROOT, ", %,d only in %s%n", result.onlyOther(), wanted.other()));
            for (Change change : result.changes()) {
                text.append(String.format(
                        Locale.ROOT,
                        "%-24s %8.4f%%  %,d rows differ%n",
                        change.column(),
                        100 * rate(change, result),
                        change.rows()));
                for (Sample sample : change.samples()) {
                    text.append(String.format(
                            Locale.ROOT,
                            "    %s %s/%d/%d: %s -> %s%n",
                            sample.receivedAt(),
                            sample.epoch(),
                            sample.seq(),
                            sample.index(),
                            cell(sample.one()),
                            cell(sample.other())));
                }
            }
            return text.append(
                            result.isSame()
                                    ? "the same in all " + result.compared() + " columns"
                                    : result.changes().size() + " of " + result.compared() + " columns differ")
                    .toString();
        }

        // A line's end in a value would look like another sample.
        private String cell(@Nullable String text) {
            return text == null ? "NULL" : "'" + text.replaceAll("\\p{Cntrl}", " ") + "'";
        }
    },
    /** One object, for programs. */
    JSON {
        @Override
        String print(Wanted wanted, Result result) {
            var mapper = JsonMapper.builder().build();
            ObjectNode node = mapper.createObjectNode()
                    .put("one", wanted.one())
                    .put("other", wanted.other())
                    .put("both", result.both())
                    .put("only_one", result.onlyOne())
                    .put("only_other", result.onlyOther())
                    .put("columns_compared", result.compared())
                    .put("same", result.isSame());
            ArrayNode changes = node.putArray("changes");
            for (Change change : result.changes()) {
                ObjectNode changed = changes.addObject()
                        .put("column", change.column())
                        .put("rows", change.rows())
                        .put("rate", rate(change, result));
                ArrayNode samples = changed.putArray("samples");
                for (Sample sample : change.samples()) {
                    samples.addObject()
                            .put("received_at", sample.receivedAt())
                            .put("ingest_epoch", sample.epoch())
                            .put("ingest_seq", sample.seq())
                            .put("ingest_index", sample.index())
                            .put("one", sample.one())
                            .put("other", sample.other());
                }
            }
            return mapper.writeValueAsString(node);
        }
    };

    abstract String print(Wanted wanted, Result result);

    /** Of the rows that both have. */
    private static double rate(Change change, Result result) {
        return (double) change.rows() / result.both();
    }
}
