package dev.gatehouse.auth.events;

import java.time.Duration;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.broker.Broker;
import dev.gatehouse.auth.settings.BrokerSettings;
import dev.gatehouse.auth.settings.Settings;

@Configuration(proxyBeanMethods = false)
class EventsConfiguration {

    private static final Duration PATIENCE = Duration.ofSeconds(10); // RabbitMQ may gather writes for some hundred milliseconds

    @Bean
    EventRelay eventRelay(Outbox outbox, Settings settings, TransactionTemplate transactions, MeterRegistry meters) {
        if (settings.broker().isEmpty()) {
            return EventRelay.toNowhere(outbox, meters);
        }
        BrokerSettings where = settings.broker().get();
        Broker broker = new Broker(where);
        CloudEvents rendering = new CloudEvents(settings.issuer());
        return EventRelay.to(broker, new EventPublisher(outbox, broker, rendering, transactions, PATIENCE), outbox, meters);
    }
}
