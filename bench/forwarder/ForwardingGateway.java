package forwarder;

import java.util.Map;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/// Spring Cloud Gateway with one route for everything, and nothing else: what a gateway on it costs before it has decided anything. Takes its port and the
/// backend's URL.
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ForwardingGateway {

    static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(ForwardingGateway.class);
        application.setDefaultProperties(Map.of("server.address", "127.0.0.1", "server.port", arguments[0], "logging.level.root", "warn",
                "spring.main.banner-mode", "off", "spring.cloud.gateway.server.webflux.routes[0].id", "all",
                "spring.cloud.gateway.server.webflux.routes[0].uri", arguments[1],
                "spring.cloud.gateway.server.webflux.routes[0].predicates[0]", "Path=/**"));
        application.run();
    }
}
