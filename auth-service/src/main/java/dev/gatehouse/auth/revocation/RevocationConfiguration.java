package dev.gatehouse.auth.revocation;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.gatehouse.auth.settings.Settings;

@Configuration(proxyBeanMethods = false)
class RevocationConfiguration {

    @Bean
    RevocationFeed revocationFeed(RevocationStore store, Settings settings, Clock clock) {
        Optional<RevocationStream> stream = settings.redisUrl()
                .map(url -> new RedisRevocationStream(new String(url.reveal(), StandardCharsets.UTF_8), clock));
        return new RevocationFeed(store, stream);
    }
}
