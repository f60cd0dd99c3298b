package dev.sluice.processor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryStringTest {
    @Test
    @Timeout(30)
    void forEach_readsMegabytesOfTinyParametersOnce() {
        var count = new AtomicInteger();
        QueryString.forEach("&a".repeat(4_000_000), (_, _) -> count.incrementAndGet());
        assertThat(count).hasValue(4_000_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                              | ''",
                "e=pv&p=web                      | e=pv, p=web",
                "a=1&a=2                         | a=1, a=2",
                "page=T%20%E2%9C%93              | page=T ✓",
                "page=a+b%2Bc                    | page=a b+c",
                "a=100%                          | a=100%",
                "a=%zz%4                         | a=%zz%4",
                "a=%u2713                        | a=%u2713",
                "a=%E2%9C                        | a=\uFFFD",
                "a=%C3%28                        | a=\uFFFD(",
                "a=%ED%A0%80                     | a=\uFFFD",
                "a=%F0%9F%98%80%41               | a=😀A",
                "a=b=c&d                         | a=b=c, d=",
                "&&=x&a=&                        | a=",
                "%61=1                           | a=1",
                "ü=ä                             | ü=ä",
                "a=٣%٣٣                          | a=٣%٣٣",
            })
    void forEach_tellsParametersInOrder_whateverTheyLookLike(String query, String expected) {
        var heard = new ArrayList<String>();
        QueryString.forEach(query, (name, value) -> heard.add(name + "=" + value));
        assertThat(String.join(", ", heard)).isEqualTo(expected);
    }
}
