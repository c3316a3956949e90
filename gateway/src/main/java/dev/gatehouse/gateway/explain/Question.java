package dev.gatehouse.gateway.explain;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.gatehouse.gateway.authentication.Caller;
import dev.gatehouse.gateway.identity.HeaderFields;
import dev.gatehouse.gateway.identity.HeaderSection.Field;
import dev.gatehouse.gateway.identity.HeaderSink;

/// A request that somebody wants explained. Immutable; nothing of it is checked, since what is wrong with it is part of the answer.
///
/// @param method as in the request line
/// @param target as in the request line
/// @param fields the header section, `Host` included
/// @param peer who is connected to the gateway
/// @param tls whether that connection is encrypted
/// @param as whom to take the caller for, without any token; empty: whoever the fields prove
public record Question(String method, String target, List<Field> fields, InetAddress peer, boolean tls,
        Optional<Caller.Authenticated> as)
        implements
            HeaderFields {

    private static final List<String> SECRET = List.of("authorization", "proxy-authorization", "cookie", "set-cookie");

    /// Copies the list; of the values without the blanks around them, which are no part of them (RFC 9112 §5.1).
    public Question {
        fields = fields.stream().map(field -> new Field(field.name(), trimmed(field.value()))).toList();
    }

    /// Without spaces and tabs at both ends; whatever else is there a connection would refuse.
    private static String trimmed(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && isBlank(value.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(value.charAt(to - 1))) {
            to--;
        }
        return value.substring(from, to);
    }

    private static boolean isBlank(char character) {
        return character == ' ' || character == '\t';
    }

    /// `Host`; empty when there is none.
    public String host() {
        List<String> hosts = all("Host");
        return hosts.isEmpty() ? "" : hosts.getFirst();
    }

    @Override
    public void forEach(HeaderSink each) {
        fields.forEach(field -> each.add(field.name(), field.value()));
    }

    @Override
    public List<String> all(String name) {
        return fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).map(Field::value).toList();
    }

    /// Whether reports must not show values of that field.
    static boolean isSecret(String name) {
        return SECRET.contains(name.toLowerCase(Locale.ROOT));
    }
}
