package dev.gatehouse.auth.broker;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSocketConfigurator;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.SocketConfigurator;

import dev.gatehouse.auth.settings.BrokerSettings;

/// How a connection to RabbitMQ comes to be: every step has a deadline, and none is repeated behind our back.
final class Connecting {

    private static final int HEARTBEAT_SECONDS = 10;

    private Connecting() {}

    static Connection connect(BrokerSettings settings, Consumer<Socket> socket) throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(settings.host());
        factory.setPort(settings.port());
        factory.setVirtualHost(settings.virtualHost());
        factory.setUsername(settings.user());
        factory.setPassword(new String(settings.password().reveal(), StandardCharsets.UTF_8));
        int deadline = (int) Link.DEADLINE.toMillis();
        factory.setConnectionTimeout(deadline);
        factory.setHandshakeTimeout(deadline);
        factory.setChannelRpcTimeout(deadline);
        factory.setShutdownTimeout(500);
        factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
        factory.setAutomaticRecoveryEnabled(false); // it would hide which messages are lost
        factory.setThreadFactory(Thread.ofPlatform().daemon().name("broker-", 0).factory());
        SocketConfigurator configurator = new DefaultSocketConfigurator();
        factory.setSocketConfigurator(configurator.andThen(socket::accept));
        if (settings.tls()) {
            encrypt(factory);
        }
        return factory.newConnection("gatehouse-auth");
    }

    private static void encrypt(ConnectionFactory factory) throws IOException {
        try {
            factory.useSslProtocol(SSLContext.getDefault()); // the system's authorities
            factory.enableHostnameVerification();
        } catch (GeneralSecurityException broken) {
            throw new IOException(broken);
        }
    }

    /// {@return what an operator can do something about, without what the other side says}
    static String reason(Exception failed) {
        return switch (failed) {
            case AuthenticationFailureException _,PossibleAuthenticationFailureException _ ->
                "refuses the user, the password or the virtual host";
            case UnknownHostException _ -> "is no known host";
            case ConnectException _ -> "does not listen";
            case SSLException _ -> "has no TLS that can be trusted";
            case TimeoutException _ -> "does not answer in time";
            default -> "does not answer as a broker should (" + failed.getClass().getSimpleName() + ")";
        };
    }
}
