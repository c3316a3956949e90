package dev.gatehouse.auth.throttle;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.gatehouse.auth.knowndevice.DeviceCookies;
import dev.gatehouse.auth.redis.RedisConnection;
import dev.gatehouse.auth.settings.Secret;
import dev.gatehouse.auth.settings.Settings;

@Configuration(proxyBeanMethods = false)
class ThrottleConfiguration {

    // What a sign-in can afford to wait for counting; the hash takes longer.
    private static final Duration DEADLINE = Duration.ofMillis(200);

    @Bean
    Counters throttleCounters(Settings settings) {
        LocalCounters local = new LocalCounters(System::nanoTime);
        return settings.redisUrl().<Counters>map(url -> new SharedCounters(redis(url), local, System::nanoTime)).orElse(local);
    }

    @Bean
    Throttle throttle(Counters counters, DeviceCookies cookies, Settings settings) {
        return new Throttle(counters, cookies, ThrottleConfiguration::sleep, settings.login().strictLockout());
    }

    private static RedisCounters redis(Secret url) {
        return new RedisCounters(new RedisConnection(new String(url.reveal(), StandardCharsets.UTF_8), DEADLINE));
    }

    private static boolean sleep(Duration wait) {
        try {
            Thread.sleep(wait);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
