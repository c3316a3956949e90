package dev.gatehouse.auth.mail;

import java.util.Map;

/// Says in words of ours what a `User-Agent` seems to be, because its own words may be anybody's: a mail of ours must not carry
/// somebody's message or link.
final class DeviceName {

    // In this order: a browser also names those it descends from.
    private static final Map<String, String> PROGRAMS = ordered("Edg", "Edge", "OPR/", "Opera", "SamsungBrowser",
            "Samsung Internet",
            "Firefox/", "Firefox", "FxiOS", "Firefox", "CriOS", "Chrome", "Chrome/", "Chrome", "Safari/", "Safari", "curl/",
            "curl",
            "Dart/", "an app", "okhttp", "an app", "CFNetwork", "an app");
    private static final Map<String, String> SYSTEMS = ordered("iPhone", "iPhone", "iPad", "iPad", "Android", "Android",
            "Windows",
            "Windows", "CrOS", "ChromeOS", "Macintosh", "macOS", "Mac OS X", "macOS", "Linux", "Linux");

    private DeviceName() {}

    static String of(String userAgent) {
        String program = first(PROGRAMS, userAgent);
        String system = first(SYSTEMS, userAgent);
        if (program.isEmpty()) {
            return system.isEmpty() ? "an unknown device" : "an unknown program on " + system;
        }
        return system.isEmpty() ? program : program + " on " + system;
    }

    private static String first(Map<String, String> names, String userAgent) {
        return names.entrySet().stream().filter(each -> userAgent.contains(each.getKey())).map(Map.Entry::getValue).findFirst()
                .orElse("");
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> ordered = new java.util.LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            ordered.put(pairs[i], pairs[i + 1]);
        }
        return ordered;
    }
}
