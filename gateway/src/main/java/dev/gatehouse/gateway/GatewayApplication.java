package dev.gatehouse.gateway;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.netty.util.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import reactor.netty.ReactorNetty;

import dev.gatehouse.gateway.assertion.Assertions;
import dev.gatehouse.gateway.cli.CommandLineInterface;
import dev.gatehouse.gateway.ratelimit.Fleet;
import dev.gatehouse.gateway.redis.RedisConnections;
import dev.gatehouse.gateway.routefile.RouteFile;
import dev.gatehouse.gateway.routefile.RouteFileResult;
import dev.gatehouse.gateway.settings.AssertionSettings;
import dev.gatehouse.gateway.settings.Environment;
import dev.gatehouse.gateway.settings.GatewaySettings;
import dev.gatehouse.gateway.settings.InvalidSettingsException;
import dev.gatehouse.gateway.tls.ServerTls;

/// Starts the edge, or one of its commands. What is wrong with the settings or with `routes.yml` is told in full, without a stack trace, and ends with
/// exit code 1.
@SpringBootApplication(proxyBeanMethods = false, exclude = {WebFluxAutoConfiguration.class, ErrorWebFluxAutoConfiguration.class,
        DataRedisAutoConfiguration.class, DataRedisReactiveAutoConfiguration.class})
public final class GatewayApplication {

    private static final String LEAK_SAMPLING = "io.netty.leakDetection.samplingInterval";
    private static final Logger LOG = LoggerFactory.getLogger(GatewayApplication.class);

    private GatewayApplication() {}

    /// `java -jar gateway.jar` serves; `java -jar gateway.jar routes …` runs a command on `routes.yml`, `rehearse` teaches Java
    /// its next start.
    static void main(String[] arguments) {
        if (arguments.length == 1 && arguments[0].equals("rehearse")) {
            System.exit(Rehearsal.run(System.out, Rehearsal.ENOUGH));
        }
        if (arguments.length > 0) {
            System.exit(command(arguments));
        }
        useOneLoopPerProcessor();
        lookForLeaksSeldom();
        try {
            start(System::getenv);
        } catch (InvalidSettingsException | InvalidRoutesException wrong) {
            writer(System.err).println(wrong.getMessage());
            System.exit(1);
        }
    }

    /// The library's default, four at least, makes loops of a small machine take turns, and a request of one loop wait for the connection of another. Who knows
    /// better sets the property.
    private static void useOneLoopPerProcessor() {
        if (System.getProperty(ReactorNetty.IO_WORKER_COUNT) == null) {
            System.setProperty(ReactorNetty.IO_WORKER_COUNT, String.valueOf(Runtime.getRuntime().availableProcessors()));
        }
    }

    /// The library follows one buffer of 128, with stack traces for each, which takes more of a request's time than the decisions about it. A leak that happens often
    /// shows with one of some thousands as well. Who knows better sets the property.
    private static void lookForLeaksSeldom() {
        if (System.getProperty(LEAK_SAMPLING) == null) {
            System.setProperty(LEAK_SAMPLING, "4096");
        }
    }

    /// Commands say what they have to say themselves; the parts that they borrow from the gateway keep quiet.
    private static int command(String[] arguments) {
        LoggingSystem.get(GatewayApplication.class.getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.OFF);
        return CommandLineInterface.run(arguments, System.in, writer(System.out), writer(System.err), System::getenv);
    }

    /// Starts a gateway in this process; several may run side by side.
    public static ConfigurableApplicationContext start(Environment environment) {
        // A client that begins one handshake after the other on its connection costs the JDK's TLS much and itself little.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        GatewaySettings settings = GatewaySettings.read(environment);
        requireGoodKeys(settings);
        requireGoodCertificate(settings);
        requireGoodRoutes(settings, environment);
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.setWebApplicationType(WebApplicationType.REACTIVE);
        application.setDefaultProperties(properties(settings));
        application.addInitializers(context -> register((GenericApplicationContext) context, settings, environment));
        return application.run();
    }

    /// What an operator should know of how assertions are signed, before backends notice.
    private static void warn(GatewaySettings settings) {
        AssertionSettings assertion = settings.assertion();
        if (assertion.keys().isEmpty() && assertion.keyEncryptionKey().isEmpty() && settings.redis().isPresent()) {
            LOG.warn(
                    "Neither GATEHOUSE_KEK nor GATEHOUSE_ASSERTION_KEYS is set: each gateway signs assertions with a key of its own, and"
                            + " who can write to Redis can have keys published");
        }
    }

    private static void register(GenericApplicationContext context, GatewaySettings settings, Environment environment) {
        context.registerBean(GatewaySettings.class, () -> settings);
        context.registerBean(Environment.class, () -> environment);
        if (settings.state().isEmpty()) {
            LOG.info("GATEHOUSE_STATE is not set: keys of issuers are not kept over a restart");
        }
        warn(settings);
        settings.tls().ifPresent(tls -> context.registerBean(ServerTls.class,
                () -> ServerTls.open(tls, settings.connections().protocols().http2())));
        settings.redis().ifPresentOrElse(
                address -> {
                    context.registerBean(RedisConnections.class, () -> new RedisConnections(address));
                    context.registerBean(Fleet.class, () -> new Fleet(context.getBean(RedisConnections.class)::dedicated,
                            context.getBean(Timer.class), UUID.randomUUID().toString()));
                },
                () -> LOG.warn("REDIS_URL is not set: limits are counted by this instance alone, and sessions that end stay valid"
                        + " until their tokens do"));
    }

    private static void requireGoodKeys(GatewaySettings settings) {
        Assertions.problem(settings.assertion()).ifPresent(problem -> {
            throw new InvalidSettingsException(List.of(problem));
        });
    }

    private static void requireGoodCertificate(GatewaySettings settings) {
        settings.tls().flatMap(ServerTls::problem).ifPresent(problem -> {
            throw new InvalidSettingsException(List.of(problem));
        });
    }

    /// A look before the start, so that a bad file is told before anything else happens.
    private static void requireGoodRoutes(GatewaySettings settings, Environment environment) {
        if (RouteFile.read(settings.routes(), environment::get) instanceof RouteFileResult.Invalid invalid) {
            throw new InvalidRoutesException(settings.routes(), invalid.problems());
        }
    }

    private static Map<String, Object> properties(GatewaySettings settings) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("server.address", settings.address());
        properties.put("server.port", settings.port());
        properties.put("management.server.address", settings.managementAddress());
        properties.put("management.server.port", settings.managementPort());
        properties.put("spring.lifecycle.timeout-per-shutdown-phase", settings.drain().limit().toMillis() + "ms");
        return properties;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }
}
