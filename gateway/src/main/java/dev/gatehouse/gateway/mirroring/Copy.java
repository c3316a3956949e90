package dev.gatehouse.gateway.mirroring;

import java.net.URI;
import java.nio.ByteBuffer;

import io.netty.handler.codec.http.HttpHeaders;

/// One request as the mirror gets it: kept together until its body is whole. Used by one request's signals only, which never overlap.
public final class Copy {

    private final Mirrors mirrors;
    private final String method;
    private final URI uri;
    private final HttpHeaders headers;
    private final byte[] body;
    private int filled;
    private boolean sent;

    /// @param length of the body
    Copy(Mirrors mirrors, String method, URI uri, HttpHeaders headers, int length) {
        this.mirrors = mirrors;
        this.method = method;
        this.uri = uri;
        this.headers = headers;
        this.body = new byte[length];
    }

    /// The next bytes of the body; once it is whole the copy is on its way, and further bytes, of a repetition, are none of it.
    public void add(ByteBuffer part) {
        int more = part.remaining();
        if (!sent && more <= body.length - filled) {
            part.get(body, filled, more);
            filled += more;
            sendIfWhole();
        }
    }

    void sendIfWhole() {
        if (!sent && filled == body.length) {
            sent = true;
            mirrors.send(this);
        }
    }

    String method() {
        return method;
    }

    URI uri() {
        return uri;
    }

    HttpHeaders headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }
}
