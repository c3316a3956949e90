package dev.gatehouse.auth;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// Starts the auth service.
@SpringBootApplication(proxyBeanMethods = false)
public final class AuthServiceApplication {

    private AuthServiceApplication() {}

    static void main(String[] arguments) {
        SpringApplication.run(AuthServiceApplication.class, arguments);
    }
}
