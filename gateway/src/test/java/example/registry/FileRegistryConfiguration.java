package example.registry;

import java.nio.file.Path;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/// Configures itself as the starters of Spring Cloud's registries do.
@AutoConfiguration
class FileRegistryConfiguration {

    @Bean
    DiscoveryClient fileRegistry(Environment environment) {
        return new FileRegistry(Path.of(environment.getRequiredProperty("example.registry.file")));
    }
}
