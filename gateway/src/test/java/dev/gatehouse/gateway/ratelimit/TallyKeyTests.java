package dev.gatehouse.gateway.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class TallyKeyTests {

    private static TallyKey key(LimitKey per, LimitSubject subject) {
        return TallyKey.of(new Rule("orders", new LimitSpec("burst", per, 20, Duration.ofSeconds(1))), subject);
    }

    private static String redisKey(LimitKey per, LimitSubject subject) {
        return key(per, subject).redisKey();
    }

    @Test
    void usersCountByIssuerAndSubject() {
        assertThat(redisKey(new LimitKey.User(), TestLimits.alice()))
                .isEqualTo("gatehouse:limit:orders:burst:20/1:u:gatehouse:alice");
    }

    @Test
    void anonymousUsersCountByTheirAddress() {
        assertThat(redisKey(new LimitKey.User(), TestLimits.anonymous("192.0.2.7")))
                .isEqualTo("gatehouse:limit:orders:burst:20/1:u:@:192.0.2.7");
    }

    @Test
    void aRouteCountsAllTogether() {
        assertThat(key(new LimitKey.Route(), TestLimits.alice()))
                .isEqualTo(key(new LimitKey.Route(), TestLimits.anonymous("192.0.2.7")));
    }

    @ParameterizedTest
    @CsvSource({"2001:db8:1:2:3:4:5:6, 2001:db8:1:2::1, true", "2001:db8:1:2::1, 2001:db8:1:3::1, false",
            "2001:DB8:1:2::1, 2001:db8:1:2::2, true",
            "::ffff:192.0.2.7, 192.0.2.7, true", "::ffff:192.0.2.7, ::ffff:192.0.2.8, false", "192.0.2.7, 192.0.2.8, false",
            "fe80::1%eth0, fe80::2%eth0, true"})
    void addressesCountAsNetworks(String one, String other, boolean together) {
        boolean same = key(new LimitKey.Address(), TestLimits.anonymous(one))
                .equals(key(new LimitKey.Address(), TestLimits.anonymous(other)));
        assertThat(same).isEqualTo(together);
    }

    @Test
    void headersCountByTheirValue() {
        assertThat(redisKey(new LimitKey.Header("X-Tenant"), TestLimits.withHeader("x-tenant", "acme")))
                .isEqualTo("gatehouse:limit:orders:burst:20/1:h.x-tenant::acme");
    }

    @Test
    void requestsWithoutTheHeaderCountTogether() {
        assertThat(key(new LimitKey.Header("X-Tenant"), TestLimits.anonymous("192.0.2.7")))
                .isEqualTo(key(new LimitKey.Header("X-Tenant"), TestLimits.alice()));
    }

    @Test
    void claimsCountByIssuerAndValue() {
        assertThat(redisKey(new LimitKey.Claim("tenant"), TestLimits.user("alice", Map.of("tenant", "acme"))))
                .isEqualTo("gatehouse:limit:orders:burst:20/1:c.tenant:gatehouse:acme");
    }

    @Test
    void callersWithoutTheClaimCountByTheirAddress() {
        assertThat(redisKey(new LimitKey.Claim("tenant"), TestLimits.user("alice", Map.of("tenant", List.of("acme")))))
                .isEqualTo("gatehouse:limit:orders:burst:20/1:c.tenant:@:192.0.2.1");
    }

    @Test
    void longValuesTakeLittleMemory() {
        assertThat(key(new LimitKey.Header("X-Tenant"), TestLimits.withHeader("x-tenant", "x".repeat(8_000))).value())
                .hasSize(23);
    }

    @Test
    void aValueCannotPassForTheHashOfAnother() {
        String hash = key(new LimitKey.Header("X-Tenant"), TestLimits.withHeader("x-tenant", "x".repeat(8_000))).value();
        assertThat(key(new LimitKey.Header("X-Tenant"), TestLimits.withHeader("x-tenant", hash)).value()).isNotEqualTo(hash);
    }

    @Test
    void oddValuesNeitherSplitNorJoinKeys() {
        assertThat(redisKey(new LimitKey.Header("X-Tenant"), TestLimits.withHeader("x-tenant", "a:b\r\n{c}")))
                .matches("gatehouse:limit:orders:burst:20/1:h\\.x-tenant::#[A-Za-z0-9_-]{22}");
    }

    @Test
    void aUserCannotPassForAnother() {
        LimitKey user = new LimitKey.User();
        assertThat(key(user, TestLimits.user("a"))).isNotEqualTo(key(user, TestLimits.user("A")));
    }
}
