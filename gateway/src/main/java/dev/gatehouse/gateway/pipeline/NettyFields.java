package dev.gatehouse.gateway.pipeline;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

import io.netty.handler.codec.http.HttpHeaders;

import dev.gatehouse.gateway.identity.HeaderFields;
import dev.gatehouse.gateway.identity.HeaderSink;

/// A header section as Netty holds it.
record NettyFields(HttpHeaders headers) implements HeaderFields {

    @Override
    public void forEach(HeaderSink each) {
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            each.add(field.getKey().toString(), field.getValue().toString());
        }
    }

    @Override
    public List<String> all(String name) {
        return headers.getAll(name);
    }
}
