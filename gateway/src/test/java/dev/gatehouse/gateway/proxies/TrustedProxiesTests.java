package dev.gatehouse.gateway.proxies;

import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class TrustedProxiesTests {

    private static final TrustedProxies PROXIES = TrustedProxies.of(List.of("10.0.0.0/8", "2001:db8:1::/48", "127.0.0.1"));

    static Stream<Arguments> clients() {
        return Stream.of(
                arguments("an untrusted peer's word does not count", "203.0.113.9", List.of("198.51.100.1"), "203.0.113.9"),
                arguments("a trusted peer's does", "10.1.2.3", List.of("198.51.100.1"), "198.51.100.1, 10.1.2.3"),
                arguments("what stands left of the first untrusted address is the client's claim", "10.1.2.3",
                        List.of("1.1.1.1, 198.51.100.1"),
                        "198.51.100.1, 10.1.2.3"),
                arguments("trusted proxies in a row", "10.1.2.3", List.of("1.1.1.1,198.51.100.1 , 10.9.9.9"),
                        "198.51.100.1, 10.9.9.9, 10.1.2.3"),
                arguments("several fields are one list", "10.1.2.3", List.of("1.1.1.1", "198.51.100.1", "10.9.9.9"),
                        "198.51.100.1, 10.9.9.9, 10.1.2.3"),
                arguments("all trusted: the leftmost is the client", "127.0.0.1", List.of("10.0.0.1, 10.0.0.2"),
                        "10.0.0.1, 10.0.0.2, 127.0.0.1"),
                arguments("garbage ends the walk", "10.1.2.3", List.of("198.51.100.1, unknown, 10.9.9.9"), "10.9.9.9, 10.1.2.3"),
                arguments("garbage alone", "10.1.2.3", List.of("'; drop table"), "10.1.2.3"),
                arguments("nothing", "10.1.2.3", List.of(), "10.1.2.3"),
                arguments("an empty field", "10.1.2.3", List.of(""), "10.1.2.3"),
                arguments("a hidden empty element", "10.1.2.3", List.of("198.51.100.1,"), "10.1.2.3"),
                arguments("an address with a port", "10.1.2.3", List.of("198.51.100.1:4711"), "198.51.100.1, 10.1.2.3"),
                arguments("an IPv6 address in brackets with a port", "10.1.2.3", List.of("[2001:DB8::7]:443"),
                        "2001:db8::7, 10.1.2.3"),
                arguments("an IPv6 address in brackets", "10.1.2.3", List.of("[2001:db8::7]"), "2001:db8::7, 10.1.2.3"),
                arguments("brackets around an IPv4 address", "10.1.2.3", List.of("[1.2.3.4]"), "10.1.2.3"),
                arguments("the least port", "10.1.2.3", List.of("198.51.100.1:0"), "198.51.100.1, 10.1.2.3"),
                arguments("the longest port", "10.1.2.3", List.of("198.51.100.1:99999"), "198.51.100.1, 10.1.2.3"),
                arguments("a port of six digits", "10.1.2.3", List.of("198.51.100.1:100000"), "10.1.2.3"),
                arguments("a port of no digit", "10.1.2.3", List.of("198.51.100.1:"), "10.1.2.3"),
                arguments("a port that is a name", "10.1.2.3", List.of("198.51.100.1:http"), "10.1.2.3"),
                arguments("a port with a sign", "10.1.2.3", List.of("198.51.100.1:+80"), "10.1.2.3"),
                arguments("a port with a character before the digits", "10.1.2.3", List.of("198.51.100.1:8/"), "10.1.2.3"),
                arguments("a port with a character behind the digits", "10.1.2.3", List.of("198.51.100.1:8:"), "10.1.2.3"),
                arguments("two ports", "10.1.2.3", List.of("198.51.100.1:80:80"), "10.1.2.3"),
                arguments("a port alone", "10.1.2.3", List.of(":80"), "10.1.2.3"),
                arguments("brackets that do not end", "10.1.2.3", List.of("[2001:db8::7"), "10.1.2.3"),
                arguments("brackets around nothing", "10.1.2.3", List.of("[]"), "10.1.2.3"),
                arguments("something behind brackets", "10.1.2.3", List.of("[2001:db8::7]x80"), "10.1.2.3"),
                arguments("a colon behind brackets", "10.1.2.3", List.of("[2001:db8::7]:"), "10.1.2.3"),
                arguments("brackets around an IPv4 address with a port", "10.1.2.3", List.of("[1.2.3.4]:80"), "10.1.2.3"),
                arguments("a mapped address in brackets with a port", "10.1.2.3", List.of("[::ffff:198.51.100.1]:443"),
                        "198.51.100.1, 10.1.2.3"),
                arguments("an IPv6 peer", "2001:db8:1::1", List.of("2001:db8:1:2::1, 2001:db8:2::1"),
                        "2001:db8:2::1, 2001:db8:1::1"),
                arguments("a mapped address is the IPv4 address", "10.1.2.3", List.of("::ffff:198.51.100.1"),
                        "198.51.100.1, 10.1.2.3"),
                arguments("octal is no address", "10.1.2.3", List.of("010.0.0.1"), "10.1.2.3"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void clients(String why, String peer, List<String> forwardedFor, String path) throws Exception {
        assertThat(String.join(", ", PROXIES.path(InetAddress.ofLiteral(peer), forwardedFor))).as(why).isEqualTo(path);
        assertThat(PROXIES.clientAddress(InetAddress.ofLiteral(peer), forwardedFor)).as(why).isEqualTo(path.split(",", -1)[0]);
    }

    @Test
    void believesNobodyByDefault() {
        assertThat(TrustedProxies.NONE.clientAddress(InetAddress.ofLiteral("127.0.0.1"), List.of("1.1.1.1")))
                .isEqualTo("127.0.0.1");
        assertThat(TrustedProxies.NONE.trusts(InetAddress.ofLiteral("127.0.0.1"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0.0.0.0/0         | 203.0.113.9
            ::/0              | 2001:db8::1
            203.0.113.9       | 203.0.113.9
            203.0.113.9/32    | 203.0.113.9
            203.0.113.8/31    | 203.0.113.9
            2001:db8::1/128   | 2001:db8:0::1
            2001:db8::/65     | 2001:db8::7fff:0:0:0
            2001:db8::/64     | 2001:db8::ffff:0:0:0
            ::ffff:10.0.0.0   | 10.0.0.0
            0.0.0.0/9         | 0.127.0.1
            0.0.0.0/10        | 0.63.0.1
            128.0.0.0/1       | 200.0.0.1
            2001:db8::/32     | 2001:db8:ffff:1::1
            8000::/1          | fe80::1
            """)
    void blockContains(String block, String address) {
        assertThat(TrustedProxies.of(List.of(block)).trusts(InetAddress.ofLiteral(address))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0.0.0.0/0         | 2001:db8::1
            ::/0              | 203.0.113.9
            203.0.113.8/32    | 203.0.113.9
            203.0.113.8/30    | 203.0.113.12
            2001:db8::/65     | 2001:db8::8000:0:0:0
            2001:db8::/64     | 2001:db8:0:1::
            2001:db8::/32     | 2001:db9::
            0.0.0.0/9         | 0.128.0.1
            """)
    void blockDoesNotContain(String block, String address) {
        assertThat(TrustedProxies.of(List.of(block)).trusts(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/08", "10.0.0.1/8", "10.0.0",
            "10.0.0.0.0", "::/129", ":",
            ":::", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "1::2::3", "::12345", "fe80::1%eth0", "localhost",
            "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.256",
            "1:2:3:4:5:6:7:8::", "1:2:", "::1.2.3", "1٫2.3.4", "١.2.3.4",
            "0.0.0.0/", "0.0.0.0/08", "0.0.0.0/00", "0.0.0.0/x", "0.0.0.0/+1", "0.0.0.0/1:", "0.0.0.0//", "0.0.0.0/0/0", "::/",
            "::/0128", "/8",
            "/0", "::1::2", "1::2::", "1:2:3:4:5:6:7:8:", "::1:", ":1::", "g::", "::1g", "::/1g", "::12g4",
            "1:2:3:4:5:6:7:1.2.3.4",
            "0000:0000:0000:0000:0000:0000:255.255.255.2555"})
    void refusesWhatIsNoBlock(String block) {
        assertThatIllegalArgumentException().isThrownBy(() -> TrustedProxies.of(List.of(block)));
    }

    @Test
    void readsWhatItWritesAndWhatJavaReads() throws Exception {
        Random random = new Random(20261122);
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            for (int zeros = random.nextInt(bytes.length); zeros > 0; zeros--) {
                bytes[random.nextInt(bytes.length)] = 0;
            }
            InetAddress address = InetAddress.getByAddress(bytes);
            String text = IpAddress.of(address).toString();
            assertThat(InetAddress.ofLiteral(text)).isEqualTo(address);
            assertThat(IpAddress.parse(text)).contains(IpAddress.of(address));
            assertThat(IpAddress.parse(address.getHostAddress())).contains(IpAddress.of(address));
        }
    }

    @ParameterizedTest
    @CsvSource({"::, ::", "::1, ::1", "1::, 1::", "0:0:0:0:0:0:0:1, ::1", "2001:0DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
            "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1", "1:0:0:2:0:0:0:3, 1:0:0:2::3", "::ffff:1.2.3.4, 1.2.3.4",
            "64:ff9b::1.2.3.4, 64:ff9b::102:304",
            "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0", "255.255.255.255, 255.255.255.255", "0.0.0.0, 0.0.0.0",
            "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304", "::0.0.0.0, ::",
            "0000:0000:0000:0000:0000:ffff:255.255.255.255, 255.255.255.255", "::9:a:F, ::9:a:f"})
    void writesAddressesInOneSpelling(String text, String canonical) {
        assertThat(IpAddress.parse(text)).hasToString("Optional[" + canonical + "]");
    }
}
