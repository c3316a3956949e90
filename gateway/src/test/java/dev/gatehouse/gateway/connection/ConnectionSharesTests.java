package dev.gatehouse.gateway.connection;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionSharesTests {

    private final AtomicInteger refused = new AtomicInteger();
    private final ConnectionShares shares = new ConnectionShares(2,
            address -> address.getHostAddress().startsWith("10."), refused::incrementAndGet);

    private boolean admits(String address) {
        return admits(new EmbeddedChannel(), address);
    }

    private boolean admits(Channel connection, String address) {
        return shares.admit(connection, InetAddress.ofLiteral(address));
    }

    @Test
    void leavesTheOthersPlacesWhenAnAddressHasItsOwn() {
        assertThat(admits("203.0.113.1")).isTrue();
        assertThat(admits("203.0.113.1")).isTrue();
        assertThat(admits("203.0.113.1")).isFalse();
        assertThat(refused).hasValue(1);
        assertThat(admits("203.0.113.2")).isTrue();
    }

    @Test
    void givesAPlaceBackWhenItsConnectionIsClosed() {
        EmbeddedChannel first = new EmbeddedChannel();
        assertThat(admits(first, "203.0.113.1")).isTrue();
        assertThat(admits("203.0.113.1")).isTrue();
        first.finish();

        assertThat(admits("203.0.113.1")).isTrue();
        assertThat(admits("203.0.113.1")).isFalse();
    }

    @Test
    void givesNoPlaceBackForAConnectionThatHadNone() {
        IntStream.range(0, 2).forEach(_ -> admits("203.0.113.1"));
        EmbeddedChannel surplus = new EmbeddedChannel();
        assertThat(admits(surplus, "203.0.113.1")).isFalse();
        surplus.finish();

        assertThat(admits("203.0.113.1")).isFalse();
    }

    @Test
    void countsIpv6ByItsSite() {
        assertThat(admits("2001:db8::1")).isTrue();
        assertThat(admits("2001:db8::ffff:0:0:2")).isTrue();
        assertThat(admits("2001:db8::3")).isFalse();
        assertThat(admits("2001:db8:0:1::1")).isTrue();
    }

    @Test
    void countsIpv4WithinIpv6AsWhatItIs() {
        assertThat(admits("203.0.113.1")).isTrue();
        assertThat(admits("::ffff:203.0.113.1")).isTrue();
        assertThat(admits("::ffff:203.0.113.1")).isFalse();
        assertThat(admits("::ffff:203.0.113.2")).isTrue();
    }

    @Test
    void givesAProxyAllItAsksFor() {
        assertThat(IntStream.range(0, 10).allMatch(_ -> admits("10.0.0.1"))).isTrue();
    }

    @Test
    void remembersNobodyWhoHasLeft() {
        for (int i = 0; i < 100; i++) {
            EmbeddedChannel connection = new EmbeddedChannel();
            admits(connection, "203.0.113." + i);
            connection.finish();
        }
        assertThat(shares.size()).isZero();
    }
}
