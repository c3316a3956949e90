package dev.gatehouse.auth.request;

import org.apache.coyote.AbstractProtocol;
import org.junit.jupiter.api.Test;
import org.springframework.boot.tomcat.TomcatWebServer;

import dev.gatehouse.auth.AuthServer;

import static org.assertj.core.api.Assertions.assertThat;

class RequestThreadsIT {

    @Test
    void connectionsAreNoMoreThanTheHeapHolds() {
        TomcatWebServer tomcat = (TomcatWebServer) AuthServer.shared().webServer();
        var protocol = (AbstractProtocol<?>) tomcat.getTomcat().getConnector().getProtocolHandler();
        assertThat(protocol.getMaxConnections()).isEqualTo(3000);
    }

    @Test
    void requestsRunWhereAServiceThatHasJustStartedCannotStandStill() {
        TomcatWebServer tomcat = (TomcatWebServer) AuthServer.shared().webServer();
        assertThat(tomcat.getTomcat().getConnector().getProtocolHandler().getExecutor()).isInstanceOf(FirstRequests.class);
    }
}
