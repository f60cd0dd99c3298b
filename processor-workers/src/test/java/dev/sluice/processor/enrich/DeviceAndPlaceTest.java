package dev.sluice.processor.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.TestHits;
import dev.sluice.processor.geo.Place;
import dev.sluice.processor.geo.Places;
import dev.sluice.processor.useragent.TestUserAgents;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The columns about device and place, by what is in the row of a whole request. */
class DeviceAndPlaceTest {
    private static final String FIREFOX =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0";

    /** Knows the one whole address that tests come from. */
    private static final Places PLACES = new Places() {
        @Override
        public Place of(InetAddress address) {
            return address.getHostAddress().equals(TestHits.VISITOR.ip())
                    ? new Place("DE", "BE", "Berlin")
                    : Place.UNKNOWN;
        }

        @Override
        public String version() {
            return "t 2026-11-01";
        }
    };

    private static final List<Enricher> ENRICHERS =
            StandardEnrichers.all(StandardEnrichers.Parts.WITHOUT_DATA.with(TestUserAgents.SHARED, PLACES));

    private static Row row(RawHit hit) {
        var pipeline = new EnrichmentPipeline(ENRICHERS, InstantSource.fixed(TestHits.NOW));
        return pipeline.rows(TestHits.frame(hit)).getFirst();
    }

    private static RawHit by(RawHit.Visitor visitor) {
        return TestHits.get("e=pv", visitor);
    }

    private static RawHit.Visitor at(String ip) {
        RawHit.Visitor visitor = TestHits.VISITOR;
        return new RawHit.Visitor(ip, visitor.networkId(), false, visitor.privacySignal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"e=pv", "e=pp", "e=se&se_ca=c&se_ac=a"})
    void eachEvent_hasItsDevice(String query) {
        Row row = row(TestHits.get(query, Map.of("user-agent", FIREFOX)));
        assertThat(row.get(Columns.BROWSER_NAME)).isEqualTo("Firefox");
        assertThat(row.get(Columns.BROWSER_VERSION)).isEqualTo("144.0");
        assertThat(row.get(Columns.OS_NAME)).isEqualTo("Windows");
        assertThat(row.get(Columns.OS_VERSION)).isEqualTo(">=10");
        assertThat(row.get(Columns.DEVICE_CLASS)).isEqualTo("desktop");
        assertThat(row.get(Columns.IS_BOT)).isFalse();
        assertThat(row.get(Columns.USER_AGENT)).isEqualTo(FIREFOX);
    }

    @Test
    void whatIsClaimed_isNotBelieved() {
        Row row = row(TestHits.get("e=pv&ua=Firefox/144.0", Map.of("user-agent", "curl/8.5.0")));
        assertThat(row.get(Columns.BROWSER_NAME)).isEqualTo("Curl");
        assertThat(row.get(Columns.IS_BOT)).isTrue();
    }

    @Test
    void withoutAUserAgent_itIsABot_andStaysAPageView() {
        Row row = row(TestHits.get("e=pv"));
        assertThat(row.table()).isEqualTo(Table.PAGE_VIEWS);
        assertThat(row.get(Columns.IS_BOT)).isTrue();
        assertThat(row.get(Columns.DEVICE_CLASS)).isNull();
    }

    @Test
    void longGarbage_fitsItsColumns() {
        String garbage = "X\u00e9\u2713".repeat(3_000) + "/" + "9".repeat(100);
        Row row = row(TestHits.get("e=pv", Map.of("user-agent", garbage)));
        assertThat(row.table()).isEqualTo(Table.PAGE_VIEWS);
        assertThat(row.get(Columns.IS_TRUNCATED)).isTrue();
    }

    @Test
    void thePlace_isThatOfTheWholeAddress_ofWhichLessIsKept() {
        Row row = row(by(TestHits.VISITOR));
        assertThat(row.get(Columns.GEO_COUNTRY)).isEqualTo("DE");
        assertThat(row.get(Columns.GEO_REGION)).isEqualTo("BE");
        assertThat(row.get(Columns.GEO_CITY)).isEqualTo("Berlin");
        assertThat(row.get(Columns.IP_ADDRESS)).isEqualTo("203.0.113.0");
    }

    @Test
    void theAnonymous_areNowhere() {
        Row row = row(by(TestHits.ANONYMOUS));
        assertThat(row.get(Columns.GEO_COUNTRY)).isNull();
        assertThat(row.get(Columns.GEO_REGION)).isNull();
        assertThat(row.get(Columns.GEO_CITY)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "5", "203.0.113", "203.0.113.777", "fe80::1%eth0", ":", "203.0.113.77:80"})
    void whatIsNoAddress_isNowhere(String ip) {
        Row row = row(by(at(ip)));
        assertThat(row.table()).isEqualTo(Table.PAGE_VIEWS);
        assertThat(row.get(Columns.GEO_COUNTRY)).isNull();
    }

    @Test
    void anIpv4AddressWrittenAsIpv6_isTheSame() {
        assertThat(row(by(at("::ffff:203.0.113.77"))).get(Columns.GEO_COUNTRY)).isEqualTo("DE");
    }

    @Test
    void withoutData_theColumnsAreEmpty_andNobodyIsABot() {
        Row row = TestHits.row(TestHits.get("e=pv", Map.of("user-agent", "curl/8.5.0")));
        assertThat(row.get(Columns.BROWSER_NAME)).isNull();
        assertThat(row.get(Columns.IS_BOT)).isFalse();
        assertThat(row.get(Columns.GEO_COUNTRY)).isNull();
    }

    @Test
    void dataVersions_nameTheirData() {
        assertThat(version("user-agent")).startsWith("yauaa ");
        assertThat(version("bot")).isEqualTo(TestUserAgents.SHARED.crawlersVersion());
        assertThat(version("geo")).isEqualTo("t 2026-11-01");
    }

    private static String version(String name) {
        return ENRICHERS.stream()
                .filter(enricher -> enricher.name().equals(name))
                .findFirst()
                .orElseThrow()
                .dataVersion();
    }
}
