package dev.gatehouse.auth;

import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

import dev.gatehouse.auth.account.GrantRole;
import dev.gatehouse.auth.audit.AuditCommand;
import dev.gatehouse.auth.keys.rotation.KeysCommand;
import dev.gatehouse.auth.password.HashRate;
import dev.gatehouse.auth.password.rules.BuildFilter;
import dev.gatehouse.auth.settings.Settings;
import dev.gatehouse.auth.settings.SettingsReader;

/// Starts the auth service, or runs one of its commands. The package doc is the table of contents.
@SpringBootApplication(proxyBeanMethods = false)
public final class AuthServiceApplication {

    private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

    private AuthServiceApplication() {}

    static void main(String[] arguments) {
        if (arguments.length > 0) {
            List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
            switch (arguments[0]) {
                case "grant-role" -> System.exit(GrantRole.run(rest, System.getenv(), System.out));
                case "audit" -> System.exit(AuditCommand.run(rest, System.getenv(), System.out, System.err));
                case "keys" -> System.exit(KeysCommand.run(rest, System.getenv(), System.out));
                case "passwords" -> System.exit(passwords(rest));
                case "rehearse" -> System.exit(Rehearsal.run(System.out));
                default -> {
                } // Spring's own options
            }
        }
        spareCarriers();
        switch (SettingsReader.read(System.getenv())) {
            case Settings.Reading.Valid(Settings settings) -> startOrExit(settings);
            case Settings.Reading.Wrong(List<String> problems) -> {
                report(problems, System.err);
                System.exit(1);
            }
        }
    }

    /// More carriers of virtual threads than processors, unless the operator says how many: threads that initialise classes, or wait for that, keep theirs (JDK 25),
    /// and what they wait for must find one, too.
    private static void spareCarriers() {
        if (System.getProperty(CARRIERS) == null) {
            System.setProperty(CARRIERS, String.valueOf(Math.max(32, Runtime.getRuntime().availableProcessors())));
        }
    }

    private static int passwords(List<String> arguments) {
        return !arguments.isEmpty() && arguments.getFirst().equals("measure")
                ? HashRate.run(arguments.subList(1, arguments.size()), System.out)
                : BuildFilter.run(arguments, System.out);
    }

    /// Starts the service in this JVM; for tests too.
    ///
    /// @param settings checked
    /// @param clock for everything but the database's own times
    /// @return the running service, to be closed
    public static ConfigurableApplicationContext start(Settings settings, Clock clock) {
        SpringApplication application = new SpringApplication(AuthServiceApplication.class);
        application.addInitializers(context -> {
            context.getEnvironment().getPropertySources()
                    .addFirst(new MapPropertySource("gatehouse", springProperties(settings)));
            var beans = context.getBeanFactory();
            beans.registerSingleton("settings", settings);
            beans.registerSingleton("clock", clock);
            beans.registerSingleton("random", new SecureRandom());
        });
        return application.run();
    }

    private static void startOrExit(Settings settings) {
        try {
            start(settings, Clock.systemUTC());
        } catch (RuntimeException reported) {
            System.exit(1); // Spring has told why
        }
    }

    private static void report(List<String> problems, PrintStream err) {
        err.println("The auth service cannot start with these settings:");
        problems.forEach(problem -> err.println("  " + problem));
    }

    private static Map<String, Object> springProperties(Settings settings) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", settings.port());
        properties.put("server.address", settings.address());
        properties.put("gatehouse.diagnostics", settings.administration().diagnostics());
        properties.put("management.server.port", settings.managementPort());
        properties.put("management.server.address", settings.managementAddress());
        if (settings.jsonLogs()) {
            properties.put("logging.structured.format.console", "ecs");
        }
        return properties;
    }
}
