package dev.gatehouse.devservices;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Tag("slow")
class AmqpBrokerTests {

    @Test
    void deliversWhatRabbitMqsClientPublishesWithConfirms() throws Exception {
        try (AmqpBroker broker = AmqpBroker.temporary();
                Connection connection = connect(broker, "guest");
                Channel channel = connection.createChannel()) {
            channel.queueDeclare("auth-events", true, false, false, null);
            channel.confirmSelect();
            channel.basicPublish("", "auth-events", null, "hello".getBytes(StandardCharsets.UTF_8));
            channel.waitForConfirmsOrDie(5_000);

            assertThat(channel.basicGet("auth-events", true).getBody()).asString().isEqualTo("hello");
        }
    }

    @Test
    void refusesWrongPassword() {
        try (AmqpBroker broker = AmqpBroker.temporary()) {
            assertThatThrownBy(() -> connect(broker, "wrong")).isInstanceOf(PossibleAuthenticationFailureException.class);
        }
    }

    @Test
    void freesItsPortAtTheEnd() {
        AmqpBroker broker = AmqpBroker.temporary();
        broker.close();

        assertThat(FreePorts.isFree(broker.port())).isTrue();
    }

    @Test
    void busyPortIsOneClearLine() throws Exception {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThatThrownBy(() -> AmqpBroker.at(busy.getLocalPort())).isInstanceOf(ServiceStartException.class).hasMessage(
                    "The AMQP broker cannot start: port " + busy.getLocalPort() + " of 127.0.0.1 is in use by another program");
        }
    }

    private static Connection connect(AmqpBroker broker, String password) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(broker.port());
        factory.setPassword(password);
        factory.setConnectionTimeout(5_000);
        return factory.newConnection();
    }
}
