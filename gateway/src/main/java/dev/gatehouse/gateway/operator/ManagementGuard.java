package dev.gatehouse.gateway.operator;

import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Problem;
import dev.gatehouse.gateway.problem.ProblemRenderer;

/// Stands before everything on the management port and keeps out what pages in an operator's browser could send: requests under a foreign name (DNS
/// rebinding) and requests from another origin that change something. Browsers say `Origin` with each of the latter. Thread-safe.
final class ManagementGuard implements WebFilter {

    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final LocalNames names;
    private final ProblemRenderer problems = new ProblemRenderer();

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

    private Mono<Void> refuse(ServerWebExchange exchange, String why) {
        return problems.render(exchange.getResponse(), new Problem(Code.ACCESS_DENIED, UUID.randomUUID().toString(), why),
                List.of());
    }
}
