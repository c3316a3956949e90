package dev.gatehouse.auth.mail;

import java.time.Clock;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.gatehouse.auth.sealing.Sealer;
import dev.gatehouse.auth.settings.Settings;

@Configuration(proxyBeanMethods = false)
class MailConfiguration {

    @Bean
    MailCourier mailCourier(MailOutbox outbox, Settings settings, Sealer sealer, Clock clock, MeterRegistry meters) {
        return new MailCourier(outbox, settings.smtp().map(smtp -> new Smtp(smtp, clock)),
                new MailTemplates(settings.mailTemplates()), sealer, settings.issuer(), meters);
    }
}
