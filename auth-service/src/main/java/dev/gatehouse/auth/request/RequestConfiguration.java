package dev.gatehouse.auth.request;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

@Configuration(proxyBeanMethods = false)
class RequestConfiguration {

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE) // after the framework's own choice
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> threadsOfRequests() {
        return factory -> factory.addProtocolHandlerCustomizers(handler -> handler.setExecutor(new FirstRequests()));
    }
}
