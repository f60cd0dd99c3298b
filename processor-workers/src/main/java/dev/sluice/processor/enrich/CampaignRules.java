package dev.sluice.processor.enrich;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which parameters of a page's URL name its campaign, and which are click ids of which network; names in any case.
 * Immutable and thread-safe.
 */
public final class CampaignRules {
    private static final Map<String, Column<String>> CAMPAIGN = Map.of(
            "utm_source", Columns.UTM_SOURCE,
            "utm_medium", Columns.UTM_MEDIUM,
            "utm_campaign", Columns.UTM_CAMPAIGN,
            "utm_term", Columns.UTM_TERM,
            "utm_content", Columns.UTM_CONTENT);

    /** Who puts which parameter on the links of the advertisements they sell. */
    private static final Map<String, String> CLICK_NETWORKS = Map.ofEntries(
            Map.entry("gclid", "Google"),
            Map.entry("gbraid", "Google"),
            Map.entry("wbraid", "Google"),
            Map.entry("dclid", "DoubleClick"),
            Map.entry("msclkid", "Microsoft"),
            Map.entry("fbclid", "Facebook"),
            Map.entry("ttclid", "TikTok"),
            Map.entry("twclid", "Twitter"),
            Map.entry("li_fat_id", "LinkedIn"),
            Map.entry("epik", "Pinterest"),
            Map.entry("rdt_cid", "Reddit"),
            Map.entry("sccid", "Snapchat"),
            Map.entry("yclid", "Yandex"));

    /** Those that everybody uses. */
    public static final CampaignRules STANDARD = new CampaignRules(Map.of(), Map.of());

    private final Map<String, Column<String>> columns = new HashMap<>(CAMPAIGN);
    private final Map<String, String> networks = new HashMap<>(CLICK_NETWORKS);

    /**
     * @param parameters by a column's standard parameter, such as {@code utm_source}: further names for the same
     * @param clickIds parameter to network, over the standard ones; an empty network takes a parameter off the list
     * @throws IllegalArgumentException when a name would have two meanings
     */
    public CampaignRules(Map<String, List<String>> parameters, Map<String, String> clickIds) {
        clickIds.forEach((parameter, network) -> {
            if (network.isBlank()) {
                networks.remove(lower(parameter));
            } else {
                networks.put(lower(parameter), network.strip());
            }
        });
        parameters.forEach((standard, names) -> {
            Column<String> column = CAMPAIGN.get(standard);
            if (column == null) {
                throw new IllegalArgumentException(standard + " is not a parameter of a campaign");
            }
            names.forEach(name -> add(lower(name), column));
        });
        columns.keySet().forEach(name -> {
            if (networks.containsKey(name)) {
                throw new IllegalArgumentException(name + " is the name of a campaign's parameter and of a click id");
            }
        });
    }

    private void add(String name, Column<String> column) {
        Column<String> before = columns.put(name, column);
        if (name.isEmpty() || (before != null && before != column)) {
            throw new IllegalArgumentException(
                    "'" + name + "' can't be a name of " + column + (before == null ? "" : ": it is one of " + before));
        }
    }

    private static String lower(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    /** The column that a parameter fills; null for others. */
    @Nullable Column<String> column(String parameter) {
        return columns.get(parameter);
    }

    /** Whose click id a parameter is; null for others. */
    @Nullable String network(String parameter) {
        return networks.get(parameter);
    }
}
