package dev.gatehouse.auth.revocation;

import java.nio.charset.StandardCharsets;
import java.time.Clock;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.gatehouse.auth.database.StartRefused;
import dev.gatehouse.auth.settings.Secret;
import dev.gatehouse.auth.settings.Settings;

@Configuration(proxyBeanMethods = false)
class RevocationConfiguration {

    @Bean
    RevocationFeed revocationFeed(RevocationStore store, Settings settings, Clock clock) {
        return new RevocationFeed(store, settings.redisUrl().map(url -> stream(url, clock)));
    }

    private static RevocationStream stream(Secret url, Clock clock) {
        try {
            return new RedisRevocationStream(new String(url.reveal(), StandardCharsets.UTF_8), clock);
        } catch (IllegalArgumentException unreadable) {
            throw new StartRefused("REDIS_URL: cannot be read (expected: such as redis://:password@host:6379)");
        }
    }
}
