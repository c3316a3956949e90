package dev.gatehouse.auth.counting;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.gatehouse.auth.redis.RedisConnection;
import dev.gatehouse.auth.settings.Secret;
import dev.gatehouse.auth.settings.Settings;

@Configuration(proxyBeanMethods = false)
class CountingConfiguration {

    // What a sign-in can afford to wait for counting; the hash takes longer.
    private static final Duration DEADLINE = Duration.ofMillis(200);

    @Bean
    Counters counters(Settings settings) {
        LocalCounters local = new LocalCounters(System::nanoTime);
        return settings.redisUrl().<Counters>map(url -> new SharedCounters(redis(url), local, System::nanoTime)).orElse(local);
    }

    private static RedisCounters redis(Secret url) {
        return new RedisCounters(new RedisConnection(new String(url.reveal(), StandardCharsets.UTF_8), DEADLINE));
    }
}
