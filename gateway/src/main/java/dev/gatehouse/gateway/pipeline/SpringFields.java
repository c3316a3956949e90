package dev.gatehouse.gateway.pipeline;

import java.util.List;

import org.springframework.http.HttpHeaders;

import dev.gatehouse.gateway.identity.HeaderFields;
import dev.gatehouse.gateway.identity.HeaderSink;

/// A header section as the host's filters hold it.
record SpringFields(HttpHeaders headers) implements HeaderFields {

    @Override
    public void forEach(HeaderSink each) {
        headers.forEach((name, values) -> {
            for (int i = 0; i < values.size(); i++) {
                each.add(name, values.get(i));
            }
        });
    }

    @Override
    public List<String> all(String name) {
        List<String> values = headers.get(name);
        return values == null ? List.of() : values;
    }
}
