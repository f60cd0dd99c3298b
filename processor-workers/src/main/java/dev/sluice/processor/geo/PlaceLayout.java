package dev.sluice.processor.geo;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record of a database in either of the layouts that there are: GeoLite2's and GeoIP2's ({@code country.iso_code},
 * {@code subdivisions}, {@code city.names.en}), and the flat one of ip-location-db ({@code country_code}, {@code state1},
 * {@code city}). What has another shape than expected is not known.
 */
final class PlaceLayout {
    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");
    private static final Pattern REGION = Pattern.compile("[A-Z0-9]{1,3}");
    /** Reserved for users' own purposes, and used for "no country known". */
    private static final String NOWHERE = "ZZ";

    private PlaceLayout() {}

    static Place place(Map<?, ?> found) {
        String country = member(found.get("country"), "iso_code");
        if (country == null && found.get("country_code") instanceof String flat) {
            country = flat;
        }
        return new Place(country(country), region(found), city(found));
    }

    private static @Nullable String country(@Nullable String code) {
        return code == null || !COUNTRY.matcher(code).matches() || code.equals(NOWHERE) ? null : code;
    }

    // The first is the largest. Some flat databases have its name instead of its code: that is none.
    private static @Nullable String region(Map<?, ?> found) {
        String code = null;
        if (found.get("subdivisions") instanceof List<?> list && !list.isEmpty()) {
            code = member(list.getFirst(), "iso_code");
        } else if (found.get("state1") instanceof String flat) {
            code = flat;
        }
        if (code != null && code.length() > 3 && code.charAt(2) == '-') {
            code = code.substring(3);
        }
        return code == null || !REGION.matcher(code).matches() ? null : code;
    }

    private static @Nullable String city(Map<?, ?> found) {
        Object city = found.get("city");
        if (city instanceof String flat) {
            return flat;
        }
        return city instanceof Map<?, ?> map ? member(map.get("names"), "en") : null;
    }

    private static @Nullable String member(@Nullable Object map, String name) {
        return map instanceof Map<?, ?> members && members.get(name) instanceof String text ? text : null;
    }
}
