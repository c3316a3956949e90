package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.netty.handler.codec.http2.Http2Exception;

import dev.gatehouse.gateway.framing.http2.FrameClient;

/// The protocol in which a table of attacks is played.
enum Spoken {

    /// As the gateway is without settings.
    HTTP_1_1 {
        @Override
        String send(JarGateway gateway, String host, String line, String... fields) {
            StringBuilder request = new StringBuilder(line).append(" HTTP/1.1\r\nHost: ").append(host)
                    .append("\r\nConnection: close\r\n");
            for (String field : fields) {
                request.append(field).append("\r\n");
            }
            try {
                return RawClient.exchange(gateway.port(), request.append("\r\n").toString());
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }
    },
    /// Each request as the first stream of a connection. Names are in small letters, and the host is `:authority`.
    HTTP_2 {
        @Override
        String send(JarGateway gateway, String host, String line, String... fields) {
            String[] words = line.split(" ", 2);
            List<String> section = new ArrayList<>(
                    List.of(":method", words[0], ":scheme", "http", ":path", words[1], ":authority", host));
            for (String field : fields) {
                int colon = field.indexOf(':');
                section.add(field.substring(0, colon).toLowerCase(Locale.ROOT));
                section.add(field.substring(colon + 1).strip());
            }
            try (FrameClient client = FrameClient.greet(gateway.port())) {
                client.request(1, true, section.toArray(String[]::new));
                return asText(client.answer(1));
            } catch (IOException | Http2Exception gone) {
                throw new AssertionError(gone);
            }
        }
    };

    private Map<String, String> settings() {
        return this == HTTP_2 ? Map.of("GATEHOUSE_H2C", "on") : Map.of();
    }

    /// A gateway that understands it, which suites share; see [JarGateway#shared].
    JarGateway shared(String routes) {
        return JarGateway.shared(routes, settings());
    }

    /// One of a suite's own.
    JarGateway start(String routes, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(settings());
        all.putAll(environment);
        return JarGateway.start(routes, all);
    }

    /// Says one request and tells what comes back as the octets of HTTP/1.1 would.
    ///
    /// @param line method and target
    /// @param fields each as it stands in HTTP/1.1
    abstract String send(JarGateway gateway, String host, String line, String... fields);

    private static String asText(FrameClient.Answer answer) {
        String fields = answer.fields().lines().filter(field -> !field.startsWith(":")).map(Spoken::named)
                .collect(Collectors.joining("\r\n"));
        return answer.status() == 0
                ? "no answer, error " + answer.error()
                : "HTTP/1.1 " + answer.status() + " \r\n" + fields + "\r\n\r\n" + answer.body();
    }

    private static String named(String field) {
        int colon = field.indexOf(':');
        String name = Arrays.stream(field.substring(0, colon).split("-", -1))
                .map(word -> word.equals("www") ? "WWW" : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining("-"));
        return name + field.substring(colon);
    }
}
