package dev.gatehouse.gateway.pipeline;

import java.security.Principal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.SimpleLocaleContext;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/// The host's view of one request: what its routing and writing filters need, and nothing else. The framework's own exchange prepares sessions, forms,
/// multipart bodies and locales for every request; a gateway reads none of them. Not thread-safe, like every exchange.
final class HostExchange implements ServerWebExchange {

    private static final LocaleContext NO_LOCALE = new SimpleLocaleContext(Locale.ROOT);

    private final ServerHttpRequest request;
    private final ServerHttpResponse response;
    private final Map<String, Object> attributes = new HashMap<>(4);

    HostExchange(ServerHttpRequest request, ServerHttpResponse response) {
        this.request = request;
        this.response = response;
    }

    /// The header section of the answer, as the connection will write it.
    HttpHeaders answerFields() {
        HttpServerResponse written = ServerHttpResponseDecorator.getNativeResponse(response);
        return written.responseHeaders();
    }

    @Override
    public ServerHttpRequest getRequest() {
        return request;
    }

    @Override
    public ServerHttpResponse getResponse() {
        return response;
    }

    @Override
    public Map<String, Object> getAttributes() {
        return attributes;
    }

    @Override
    public String getLogPrefix() {
        return "";
    }

    @Override
    public LocaleContext getLocaleContext() {
        return NO_LOCALE;
    }

    @Override
    public @Nullable ApplicationContext getApplicationContext() {
        return null;
    }

    @Override
    public <T extends Principal> Mono<T> getPrincipal() {
        return Mono.empty();
    }

    @Override
    public Mono<WebSession> getSession() {
        throw new UnsupportedOperationException("the gateway keeps no session");
    }

    @Override
    public Mono<MultiValueMap<String, String>> getFormData() {
        throw new UnsupportedOperationException("the gateway reads no form");
    }

    @Override
    public Mono<MultiValueMap<String, Part>> getMultipartData() {
        throw new UnsupportedOperationException("the gateway reads no multipart body");
    }

    @Override
    public boolean isNotModified() {
        return false;
    }

    @Override
    public boolean checkNotModified(Instant lastModified) {
        return false;
    }

    @Override
    public boolean checkNotModified(String etag) {
        return false;
    }

    @Override
    public boolean checkNotModified(@Nullable String etag, Instant lastModified) {
        return false;
    }

    @Override
    public String transformUrl(String url) {
        return url;
    }

    @Override
    public void addUrlTransformer(Function<String, String> transformer) {
        throw new UnsupportedOperationException("the gateway renders no links");
    }
}
