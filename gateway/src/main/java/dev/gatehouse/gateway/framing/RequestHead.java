package dev.gatehouse.gateway.framing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

import dev.gatehouse.gateway.problem.Unreadable;

/// The request line and the header section of a request that comes over no connection, judged by the rules for those that do.
public final class RequestHead {

    private RequestHead() {}

    /// Why such a request would be refused; empty when it would not.
    ///
    /// @param fields names and values in their order, `Host` among them
    public static Optional<Unreadable> refusal(String method, String target, List<Map.Entry<String, String>> fields) {
        StringBuilder text = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        fields.forEach(field -> text.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n"));
        HeaderSection section = new HeaderSection();
        for (byte octet : text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8)) {
            if (!section.process(octet)) {
                break;
            }
        }
        return section.isRefused()
                ? Optional.of(new Unreadable(section.code(), section.why()))
                : Optional.ofNullable(FramingFields.refusal(request(method, target, fields)));
    }

    /// Its fields have been looked at octet by octet.
    private static HttpRequest request(String method, String target, List<Map.Entry<String, String>> fields) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), target,
                DefaultHttpHeadersFactory.headersFactory().withValidation(false));
        fields.forEach(field -> request.headers().add(field.getKey(), field.getValue()));
        return request;
    }
}
