package dev.gatehouse.gateway.pipeline;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.util.AsciiString;

/// Names of fields in the form that knows its hash. Header sections ask for it with each field, and would count it out of a text each time.
final class FieldNames {

    private static final Map<String, AsciiString> KNOWN = known(List.of(
            // what the gateway writes
            "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Request-Id", "traceparent", "tracestate",
            "X-User-Id", "X-User-Name", "X-User-Email", "X-User-Roles", "X-User-Scopes", "X-Session-Id", "X-Gatehouse-Assertion",
            // what most clients send
            "Accept", "Accept-Encoding", "Accept-Language", "Cache-Control", "Content-Length", "Content-Type", "Cookie",
            "If-Modified-Since", "If-None-Match", "Origin", "Pragma", "Range", "Referer", "User-Agent", "Sec-Fetch-Dest",
            "Sec-Fetch-Mode", "Sec-Fetch-Site"));

    private FieldNames() {}

    /// The name as it stands there, in whatever case.
    static CharSequence of(String name) {
        AsciiString known = KNOWN.get(name);
        return known == null ? name : known;
    }

    private static Map<String, AsciiString> known(List<String> names) {
        Map<String, AsciiString> known = new HashMap<>();
        for (String name : names) {
            known.put(name, AsciiString.cached(name));
            String lower = AsciiString.of(name).toLowerCase().toString(); // as HTTP/2 says it
            known.put(lower, AsciiString.cached(lower));
        }
        return Map.copyOf(known);
    }
}
