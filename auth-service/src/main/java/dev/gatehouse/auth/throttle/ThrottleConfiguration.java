package dev.gatehouse.auth.throttle;

import java.time.Duration;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.gatehouse.auth.counting.Counters;
import dev.gatehouse.auth.knowndevice.DeviceCookies;
import dev.gatehouse.auth.settings.Settings;

@Configuration(proxyBeanMethods = false)
class ThrottleConfiguration {

    @Bean
    Throttle throttle(Counters counters, DeviceCookies cookies, Settings settings) {
        return new Throttle(counters, cookies, ThrottleConfiguration::sleep, settings.login().strictLockout());
    }

    @Bean
    Codes codes(Counters counters, DeviceCookies cookies) {
        return new Codes(counters, cookies);
    }

    @Bean
    Quotas quotas(Counters counters) {
        return new Quotas(counters);
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
