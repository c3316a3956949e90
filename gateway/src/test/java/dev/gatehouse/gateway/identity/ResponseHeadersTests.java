package dev.gatehouse.gateway.identity;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ResponseHeadersTests {

    @ParameterizedTest
    @ValueSource(strings = {"theme=dark; Path=/; Secure; HttpOnly", "a=", "__Host-other=1; Path=/; Secure",
            "__Host-gatehouse-refresh=1; Path=/"})
    void backendsSetCookiesOfTheirOwn(String cookie) {
        TestHeaders out = new TestHeaders();
        ResponseHeaders.write(TestHeaders.of("Set-Cookie", cookie), false, out);

        assertThat(out.all("Set-Cookie")).containsExactly(cookie);
    }

    @ParameterizedTest
    @ValueSource(strings = {"__Host-gatehouse_", "a=__Host-gatehouse_", "=__HOST-GATEHOUSE_x=1",
            "a=b; __Host-gatehouse_device=1; c=d"})
    void noBackendSetsOurs(String cookie) {
        TestHeaders out = new TestHeaders();
        ResponseHeaders.write(TestHeaders.of("Set-Cookie", cookie, "SET-COOKIE2", cookie), false, out);

        assertThat(out.lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection", "Keep-Alive", "Transfer-Encoding", "Server", "x-powered-by", "X-User-Id",
            "X_Session_Id", "X-Request-Id", "Alt-Svc"})
    void whatIsNotTheClientsNeverPasses(String name) {
        assertThat(ResponseHeaders.mayPass(name)).isFalse();
    }
}
