package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.load.LoadRehearsal.Schema;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadRehearsalTest {
    private static final List<Migrations.Script> SCRIPTS = List.of(
            Migrations.script("V1__tables.sql", "one"),
            Migrations.script("V2__more.sql", "two"),
            Migrations.script("V3__views.sql", "three"));

    private static String applied(int version) {
        return version + " " + SCRIPTS.get(version - 1).checksum();
    }

    @Test
    void compare_findsNothingWhenAllWereApplied() {
        assertThat(LoadRehearsal.compare(SCRIPTS, List.of(applied(1), applied(2), applied(3))))
                .isEqualTo(new Schema(List.of(), List.of(), List.of()));
    }

    @Test
    void compare_namesWhatIsMissingChangedAndUnknown() {
        assertThat(LoadRehearsal.compare(SCRIPTS, List.of(applied(1), "2 abc", "12 def")))
                .isEqualTo(new Schema(List.of(3), List.of(2), List.of(12)));
    }

    @Test
    void manifest_namesTheWholeFile() {
        assertThat(LoadRehearsal.manifest("pages", "staged/clean/x/one.csv.gz"))
                .asString()
                .contains(
                        "s3://pages/staged/clean/x/one.csv.gz", "\"mandatory\":true", "" + LoadRehearsal.file().length);
    }
}
