package dev.gatehouse.gateway.pipeline;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.cloud.client.discovery.simple.InstanceProperties;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryProperties;

import dev.gatehouse.gateway.discovery.Discovery;
import dev.gatehouse.gateway.upstream.InstanceSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Services whose instances Spring Cloud's simplest registry knows, and a real gateway.
class DiscoveryIT {

    private static final String PROPERTY = "spring.cloud.discovery.client.simple.instances.orders[0].uri";

    @Test
    void sendsRequestsWhereTheRegistrySays() throws Exception {
        try (TestUpstream one = TestUpstream.start(); TestUpstream other = TestUpstream.start()) {
            System.setProperty(PROPERTY, one.url());
            try (TestGateway gateway = TestGateway.start("""
                    version: 1
                    upstreams:
                      named: { instances: [{ url: "lb://orders" }], balance: round-robin }
                    routes:
                      - { id: orders, match: { path: /orders }, upstream: "lb://orders", access: public }
                      - { id: named, match: { path: /named }, upstream: named, access: public }
                      - { id: nobody, match: { path: /nobody }, upstream: "lb://nobody", access: public }
                    """, Map.of("GATEHOUSE_DISCOVERY_EVERY", "20ms"))) {
                assertThat(gateway.get("/orders?first").statusCode()).isEqualTo(200);
                assertThat(one.next().target()).isEqualTo("/orders?first");
                assertThat(gateway.get("/named").statusCode()).isEqualTo(200);
                assertThat(gateway.get("/nobody").body()).contains("\"code\":\"upstream.open\"");
                assertThat(gateway.get("/nobody").headers().firstValue("Retry-After")).contains("5");

                SimpleDiscoveryProperties registry = gateway.bean(SimpleDiscoveryProperties.class);
                registry.setInstances(Map.of("orders", List.of(at("http://169.254.169.254"), at(other.url()))));
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> gateway.get("/orders").statusCode() == 200 && !other.isUntouched());

                assertThat(gateway.bean(Discovery.class).instances("orders")).extracting(InstanceSpec::address)
                        .containsExactly(other.url());

                registry.setInstances(Map.of());
                await().atMost(Duration.ofSeconds(30)).until(() -> gateway.get("/orders").statusCode() == 503);
            }
        } finally {
            System.clearProperty(PROPERTY);
        }
    }

    private static InstanceProperties at(String url) {
        InstanceProperties instance = new InstanceProperties();
        instance.setServiceId("orders");
        instance.setUri(URI.create(url));
        return instance;
    }
}
