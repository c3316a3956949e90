package dev.gatehouse.gateway.discovery;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

import dev.gatehouse.gateway.upstream.InstanceSpec;
import dev.gatehouse.gateway.upstream.OwnAddresses;

import static org.assertj.core.api.Assertions.assertThat;

/// A registry in which somebody has written what they like.
class SpringRegistryTests {

    private static final String GOOD = "http://10.0.0.8:8080";

    private static List<String> found(Map<String, String> settings, String... told) {
        List<ServiceInstance> instances = List.of(told).stream().map(SpringRegistryTests::instance).toList();
        DiscoveryClient client = new DiscoveryClient() {
            @Override
            public String description() {
                return "";
            }

            @Override
            public List<ServiceInstance> getInstances(String service) {
                return instances;
            }

            @Override
            public List<String> getServices() {
                return List.of("orders");
            }
        };
        return new SpringRegistry(Optional.of(client), OwnAddresses.of(settings::get)).find("orders").stream()
                .map(InstanceSpec::address).toList();
    }

    private static ServiceInstance instance(String told) {
        URI uri = URI.create(told);
        return new DefaultServiceInstance("", "orders", uri.getHost(), uri.getPort(), uri.getScheme().equals("https"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://169.254.169.254", "http://169.254.169.254:8080", "https://169.254.169.254",
            "http://169.254.7.7:80",
            "http://[::ffff:169.254.169.254]", "http://[fe80::1]:8080", "http://[fe80::1%25eth0]:8080", "http://[fd00:ec2::254]",
            "http://metadata.google.internal", "http://METADATA.google.internal.", "http://100.100.100.200", "http://224.0.0.1",
            "http://localhost:8080", "http://127.0.0.1:8080", "http://127.9.9.9:9080", "http://[::1]:9080",
            "http://0.0.0.0:8080"})
    void noInstanceIsTheGatewayOrWhereSecretsAre(String told) {
        assertThat(found(Map.of(), told, GOOD)).containsExactly(GOOD);
    }

    @Test
    void noInstanceIsTheGatewayByTheAddressOfItsMachine() throws Exception {
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress address : each.inetAddresses().filter(one -> !one.isLinkLocalAddress()).toList()) {
                String host = address.getHostAddress().contains(":")
                        ? "[" + address.getHostAddress().replaceFirst("%.*", "") + "]"
                        : address.getHostAddress();
                assertThat(found(Map.of(), "http://" + host + ":8080", GOOD)).containsExactly(GOOD);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8082", "http://backend:8080", "https://10.0.0.7", "http://[fd00::7]:8080"})
    void othersAre(String told) {
        assertThat(found(Map.of(), told)).containsExactly(told);
    }

    @Test
    void theGatewayIsWhereItsSettingsSay() {
        assertThat(found(Map.of("GATEHOUSE_PORT", "8000"), "http://localhost:8000", "http://localhost:8080"))
                .containsExactly("http://localhost:8080");
    }
}
