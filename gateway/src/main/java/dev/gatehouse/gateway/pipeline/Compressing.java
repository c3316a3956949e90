package dev.gatehouse.gateway.pipeline;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.compression.Answer;
import dev.gatehouse.gateway.compression.Compression;
import dev.gatehouse.gateway.routes.RouteSpec;

/// Compresses answers where the route, the request and the answer agree. No state.
final class Compressing {

    private Compressing() {}

    /// Changes the fields of an answer that can be compressed, and has its body compressed if it is.
    ///
    /// @param fields the header section for the client, before it is settled how the body is framed
    static void answer(Visit visit, RouteSpec route, HttpHeaders fields) {
        if (route.compression() == Compression.NONE || !Answer.canBeCompressed(visit.status(), fields::getAll)) {
            return;
        }
        vary(fields);
        if (!visit.received().method().equals("HEAD") && route.compression().serves(visit.isKnown(), visit.received()::fields)
                && visit.answer().compress()) {
            fields.remove(HttpHeaderNames.CONTENT_LENGTH);
            fields.remove(HttpHeaderNames.ACCEPT_RANGES);
            fields.set(HttpHeaderNames.CONTENT_ENCODING, "gzip");
            @Nullable
            String etag = fields.get(HttpHeaderNames.ETAG);
            if (etag != null) {
                fields.set(HttpHeaderNames.ETAG, Answer.validator(etag));
            }
        }
    }

    /// Also where this answer is not compressed: another client's may be.
    private static void vary(HttpHeaders fields) {
        List<String> named = fields.getAll(HttpHeaderNames.VARY);
        for (String field : named) {
            for (String name : field.split(",", -1)) {
                if (name.strip().equals("*") || name.strip().equalsIgnoreCase("Accept-Encoding")) {
                    return;
                }
            }
        }
        fields.add(HttpHeaderNames.VARY, "Accept-Encoding");
    }
}
