package dev.gatehouse.gateway.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/// What a client asks for, and whether an upstream agrees to it.
class HandshakeTests {

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static Map<String, List<String>> good() {
        Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        fields.put("Upgrade", List.of("websocket"));
        fields.put("Connection", List.of("keep-alive, Upgrade"));
        fields.put("Sec-WebSocket-Version", List.of("13"));
        fields.put("Sec-WebSocket-Key", List.of(KEY));
        return fields;
    }

    private static Handshake read(Map<String, List<String>> fields) {
        return Handshake.read("GET", true, name -> fields.getOrDefault(name, List.of()));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            "Upgrade                | h2c, websocket",
            "Connection             | keep-alive",
            "Sec-WebSocket-Version  | 12",
            "Sec-WebSocket-Version  | -",
            "Sec-WebSocket-Key      | -",
            "Sec-WebSocket-Key      | short==",
            "Sec-WebSocket-Key      | dGhlIHNhbXBsZSBub25jZQ__",
            "Sec-WebSocket-Protocol | chat, chat",
            "Sec-WebSocket-Protocol | ch(at",
            "Sec-WebSocket-Protocol | bearer.a",
            "Sec-WebSocket-Protocol | chat, bearer.",
            "Sec-WebSocket-Protocol | chat, bearer.a, bearer.b"})
    void takesNoHandshakeThatServersReadDifferently(String name, String value) {
        Map<String, List<String>> fields = good();
        fields.put(name, value == null ? List.of() : List.of(value));

        assertThat(read(fields)).isInstanceOf(Handshake.Malformed.class);
    }

    @ParameterizedTest
    @CsvSource({"Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key"})
    void takesNoFieldTwice(String name) {
        Map<String, List<String>> fields = good();
        List<String> twice = new ArrayList<>(fields.get(name));
        twice.addAll(fields.get(name));
        fields.put(name, twice);

        assertThat(read(fields)).isInstanceOf(Handshake.Malformed.class);
    }

    @Test
    void takesTheTokenOutOfWhatTheUpstreamIsAsked() {
        Map<String, List<String>> fields = good();
        fields.put("Sec-WebSocket-Protocol", List.of("chat, bearer.a.b-c", "chat.v2"));
        fields.put("Sec-WebSocket-Extensions", List.of("permessage-deflate; client_max_window_bits"));

        Handshake.Asked asked = (Handshake.Asked) read(fields);
        List<String> written = new ArrayList<>();
        asked.write((name, value) -> written.add(name + ": " + value));

        assertThat(asked.token()).contains("a.b-c");
        assertThat(asked.toString()).doesNotContain("a.b-c");
        assertThat(written).containsExactly("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: " + KEY, "Sec-WebSocket-Protocol: chat, chat.v2",
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            "Upgrade                  | websocket                    | true",
            "Upgrade                  | h2c                          | false",
            "Sec-WebSocket-Accept     | s3pPLMBiTxaQ9kYGzzhZRbK+xOo= | true",
            "Sec-WebSocket-Accept     | s3pPLMBiTxaQ9kYGzzhZRbK+xOO= | false",
            "Sec-WebSocket-Accept     | -                            | false",
            "Sec-WebSocket-Protocol   | chat                         | true",
            "Sec-WebSocket-Protocol   | other                        | false",
            "Sec-WebSocket-Protocol   | -                            | true",
            "Sec-WebSocket-Extensions | permessage-deflate           | false"})
    void believesNoUpstreamThatDoesNotAgree(String name, String value, boolean agrees) {
        Map<String, List<String>> asked = good();
        asked.put("Sec-WebSocket-Protocol", List.of("chat, more"));
        Map<String, List<String>> said = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        said.put("Upgrade", List.of("WebSocket"));
        said.put("Sec-WebSocket-Accept", List.of("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        said.put(name, value == null ? List.of() : List.of(value));

        assertThat(Agreement.refusal(field -> asked.getOrDefault(field, List.of()),
                field -> said.getOrDefault(field, List.of())).isEmpty()).isEqualTo(agrees);
    }
}
