package dev.gatehouse.auth.tracing;

import java.time.Clock;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

import dev.gatehouse.auth.settings.Settings;

@Configuration(proxyBeanMethods = false)
@Conditional(TracingConfiguration.EndpointIsSet.class)
class TracingConfiguration {

    @Bean(destroyMethod = "close")
    RequestSpans requestSpans(Settings settings, Clock clock) {
        return RequestSpans.to(settings.tracing(), clock);
    }

    static final class EndpointIsSet implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            var beans = context.getBeanFactory();
            return beans != null && beans.getBean(Settings.class).tracing().endpoint().isPresent();
        }
    }
}
