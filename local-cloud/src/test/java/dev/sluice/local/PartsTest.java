package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {
    private final List<String> closed = new ArrayList<>();
    private final Parts parts = new Parts();

    @Test
    void close_goesBackwards() {
        parts.add("first", () -> closed.add("first"));
        parts.add("second", () -> closed.add("second"));

        parts.close();

        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void close_goesOnAfterAFailureAndNamesIt() {
        parts.add("first", () -> closed.add("first"));
        parts.add("S3", () -> {
            throw new IOException("disk full");
        });
        parts.add("third", () -> closed.add("third"));
        parts.add("Redshift", () -> {
            throw new IllegalStateException("hangs");
        });

        assertThatThrownBy(parts::close)
                .isInstanceOf(LocalCloudException.class)
                .hasMessageContaining("Redshift did not stop cleanly")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(second -> assertThat(second).hasMessageContaining("S3 did not stop cleanly")));
        assertThat(closed).containsExactly("third", "first");
    }

    @Test
    void close_doesNothingTheSecondTime() {
        parts.add("first", () -> closed.add("first"));

        parts.close();
        parts.close();

        assertThat(closed).hasSize(1);
    }

    @Test
    void closeAfter_keepsTheFirstFailureInFront() {
        parts.add("S3", () -> {
            throw new IOException("disk full");
        });
        Exception first = new IllegalStateException("first");

        parts.closeAfter(first);

        assertThat(first.getSuppressed()).singleElement().isInstanceOf(LocalCloudException.class);
    }
}
