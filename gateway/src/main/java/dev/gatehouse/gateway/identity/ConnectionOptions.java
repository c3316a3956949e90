package dev.gatehouse.gateway.identity;

import java.util.ArrayList;
import java.util.List;

/// The names that a message's `Connection` fields declare to be for the next hop only (RFC 9110 §7.6.1).
final class ConnectionOptions {

    private ConnectionOptions() {}

    /// The names other than `close` and `keep-alive`, which stand there alone in nearly every message.
    static List<String> names(List<String> connectionFields) {
        List<String> names = List.of();
        for (int field = 0; field < connectionFields.size(); field++) {
            String value = connectionFields.get(field);
            int from = 0;
            while (from <= value.length()) {
                int comma = value.indexOf(',', from);
                int to = comma < 0 ? value.length() : comma;
                String name = value.substring(from, to).strip();
                if (!name.isEmpty() && !name.equalsIgnoreCase("keep-alive") && !name.equalsIgnoreCase("close")) {
                    names = names.isEmpty() ? new ArrayList<>() : names;
                    names.add(name);
                }
                from = to + 1;
            }
        }
        return names;
    }

    static boolean contains(List<String> names, String name) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }
}
