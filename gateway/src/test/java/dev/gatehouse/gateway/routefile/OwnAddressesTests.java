package dev.gatehouse.gateway.routefile;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Settings, an upstream, and whether it may be one.
class OwnAddressesTests {

    private static final String ITSELF = "expected: another server; this gateway itself listens there";
    private static final String SECRETS = "expected: a server of yours; there the cloud gives its secrets to whoever asks";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                       | http://localhost:8080
            ''                                       | http://127.0.0.1:8080/base
            ''                                       | http://127.1.2.3:8080
            ''                                       | http://[::1]:8080
            ''                                       | http://[::ffff:127.0.0.1]:8080
            ''                                       | http://0.0.0.0:8080
            ''                                       | http://localhost:9080
            ''                                       | http://LOCALHOST:8080
            ''                                       | http://localhost.:8080
            GATEHOUSE_ADDRESS=gate.example           | http://Gate.Example.:8080
            GATEHOUSE_PORT=80                        | http://localhost
            GATEHOUSE_PORT=443                       | https://localhost
            GATEHOUSE_ADDRESS=127.0.0.1              | http://localhost:8080
            GATEHOUSE_ADDRESS=::                     | http://localhost:8080
            GATEHOUSE_ADDRESS=10.0.0.7               | http://10.0.0.7:8080
            GATEHOUSE_MANAGEMENT_PORT=9999           | http://localhost:9999
            """)
    void theGatewayItselfIsNoUpstream(String settings, String upstream) {
        assertThat(problems(settings, upstream)).contains(upstream).contains(ITSELF);
    }

    @Test
    void norIsItByTheAddressesOfItsMachine() throws Exception {
        List<String> hosts = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLinkLocalAddress()).map(OwnAddressesTests::literal).toList();

        assertThat(hosts).isNotEmpty().allSatisfy(host -> {
            assertThat(problems("", "http://" + host + ":8080")).contains(ITSELF);
            assertThat(problems("", "http://" + host + ":8082")).isEmpty();
        });
        assertThat(hosts).filteredOn(host -> !host.startsWith("127.") && !host.startsWith("[0:")).allSatisfy(
                host -> assertThat(problems("GATEHOUSE_ADDRESS=127.0.0.1", "http://" + host + ":8080")).isEmpty());
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress().replaceFirst("%.*", "");
        return text.contains(":") ? "[" + text + "]" : text;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                       | http://localhost:8082
            ''                                       | http://backend:8080
            ''                                       | http://10.0.0.7:8080
            GATEHOUSE_PORT=8000                      | http://localhost:8080
            GATEHOUSE_PORT=0                         | http://localhost:8080
            GATEHOUSE_ADDRESS=10.0.0.7               | http://127.0.0.1:8080
            """)
    void othersAre(String settings, String upstream) {
        assertThat(problems(settings, upstream)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"http://169.254.169.254", "http://169.254.169.254:8080/latest", "http://[fd00:ec2::254]",
            "http://metadata.google.internal", "http://METADATA.google.internal", "http://metadata.google.internal.",
            "http://[::ffff:169.254.169.254]", "http://169.254.170.2/v2", "http://100.100.100.200", "http://[fd00:0ec2:0::254]"})
    void noUpstreamIsWhereCloudsGiveTheirSecrets(String upstream) {
        assertThat(problems("", upstream)).contains(SECRETS);
    }

    private static String problems(String settings, String upstream) {
        Map<String, String> environment = Arrays.stream(settings.split(" ")).filter(setting -> !setting.isBlank())
                .map(setting -> setting.split("=")).collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        String file = """
                version: 1
                routes:
                  - { id: a, match: { path: /a }, upstream: "%1$s", access: public }
                """.formatted(upstream);
        return RouteFile.read(file, environment::get) instanceof RouteFileResult.Invalid invalid
                ? invalid.problems().toString()
                : "";
    }
}
