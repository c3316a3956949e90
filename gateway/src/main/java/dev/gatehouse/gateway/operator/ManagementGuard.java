package dev.gatehouse.gateway.operator;

import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Problem;
import dev.gatehouse.gateway.problem.Reply;

/// Stands before everything on the management port and keeps out what pages in an operator's browser could send: requests under a foreign name (DNS
/// rebinding) and requests from another origin that change something. Browsers say `Origin` with each of the latter. Thread-safe.
final class ManagementGuard implements WebFilter {

    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final LocalNames names;

    ManagementGuard(LocalNames names) {
        this.names = names;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        List<String> hosts = request.getHeaders().getOrEmpty(HttpHeaders.HOST);
        if (hosts.size() != 1 || !names.mean(hosts.getFirst())) {
            return refuse(exchange, "Host: names another machine (expected: localhost, a loopback address or a name from"
                    + " GATEHOUSE_MANAGEMENT_HOSTS)");
        }
        if (!SAFE.contains(request.getMethod()) && isFromAnotherOrigin(request.getHeaders(), hosts.getFirst())) {
            return refuse(exchange, "Origin: a page from elsewhere may not change anything here");
        }
        return chain.filter(exchange);
    }

    private static boolean isFromAnotherOrigin(HttpHeaders headers, String host) {
        List<String> origins = headers.getOrEmpty(HttpHeaders.ORIGIN);
        boolean own = origins.isEmpty() || (origins.size() == 1 && origins.getFirst().equalsIgnoreCase("http://" + host));
        List<String> sites = headers.getOrEmpty("Sec-Fetch-Site");
        return !own || sites.stream().anyMatch(site -> !site.equals("same-origin") && !site.equals("none"));
    }

    private static Mono<Void> refuse(ServerWebExchange exchange, String why) {
        Reply reply = new Problem(Code.ACCESS_DENIED, UUID.randomUUID().toString(), why).reply(List.of());
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(reply.status()));
        reply.fields().forEach(field -> response.getHeaders().set(field.name(), field.value()));
        response.getHeaders().setContentLength(reply.body().length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(reply.body())));
    }
}
