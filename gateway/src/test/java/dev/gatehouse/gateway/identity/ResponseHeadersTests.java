package dev.gatehouse.gateway.identity;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.gateway.authentication.CookieNames;

import static org.assertj.core.api.Assertions.assertThat;

class ResponseHeadersTests {

    private static final CookieNames TOKEN = CookieNames.of(Set.of("access_token"));

    @ParameterizedTest
    @ValueSource(strings = {"theme=dark; Path=/; Secure; HttpOnly", "a=", "__Host-other=1; Path=/; Secure",
            "__Host-gatehouse-refresh=1; Path=/", "access=1", "access_token2=1", "x=access_token", "my_access_token=1",
            "a= access_token"})
    void backendsSetCookiesOfTheirOwn(String cookie) {
        TestHeaders out = new TestHeaders();
        ResponseHeaders.write(TestHeaders.of("Set-Cookie", cookie), false, TOKEN, out);

        assertThat(out.all("Set-Cookie")).containsExactly(cookie);
    }

    @ParameterizedTest
    @ValueSource(strings = {"__Host-gatehouse_", "a=__Host-gatehouse_", "=__HOST-GATEHOUSE_x=1",
            "a=b; __Host-gatehouse_device=1; c=d",
            "access_token=1; Path=/", "access_token=; Max-Age=0", "access_token", "Access_Token=1", "access.token=1",
            "access[token=1",
            " access_token =1", "\"access_token\"=1", "=access_token=1", " = access_token=1", "a=b, access_token=1",
            "a=b; Path=/, access_token=1; Path=/"})
    void noBackendSetsOurs(String cookie) {
        TestHeaders out = new TestHeaders();
        ResponseHeaders.write(TestHeaders.of("Set-Cookie", cookie, "SET-COOKIE2", cookie), false, TOKEN, out);

        assertThat(out.lines()).isEmpty();
    }

    @Test
    void whoGetsCredentialsMaySetThem() {
        TestHeaders out = new TestHeaders();
        ResponseHeaders.write(TestHeaders.of("Set-Cookie", "access_token=1", "Set-Cookie", "__Host-gatehouse_refresh=1"), true,
                TOKEN, out);

        assertThat(out.all("Set-Cookie")).containsExactly("access_token=1", "__Host-gatehouse_refresh=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection", "Keep-Alive", "Transfer-Encoding", "Server", "x-powered-by", "X-User-Id",
            "X_Session_Id", "X-Request-Id", "Alt-Svc"})
    void whatIsNotTheClientsNeverPasses(String name) {
        assertThat(ResponseHeaders.mayPass(name)).isFalse();
    }
}
