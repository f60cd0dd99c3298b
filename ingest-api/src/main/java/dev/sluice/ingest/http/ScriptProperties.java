package dev.sluice.ingest.http;

import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The tracker's script. Keys {@code sluice.ingest.script.*}.
 *
 * @param path where pages load the browser tracker from; the same name with its version, as in {@code /sp-4.10.1.js}, may be kept
 *     for ever by browsers. Empty serves none
 */
public record ScriptProperties(
        @DefaultValue("/sp.js") @Pattern(regexp = "|(/[0-9A-Za-z._~-]+)*/[0-9A-Za-z_~-][0-9A-Za-z._~-]*\\.js")
        String path) {}
