package dev.gatehouse.devservices;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FreePortsTests {

    @Test
    void portsAreDifferentAndFree() {
        List<Integer> ports = IntStream.range(0, 50).mapToObj(each -> FreePorts.next()).toList();

        assertThat(ports).doesNotHaveDuplicates().allMatch(FreePorts::isFree);
    }

    @Test
    void listenedPortIsNotFree() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThat(FreePorts.isFree(busy.getLocalPort())).isFalse();
        }
    }

    @Test
    void portListenedOnAllAddressesIsNotFree() throws IOException {
        try (ServerSocket busy = new ServerSocket(0)) {
            assertThat(FreePorts.isFree(busy.getLocalPort())).isFalse();
        }
    }
}
