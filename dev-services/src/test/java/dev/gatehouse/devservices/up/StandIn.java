package dev.gatehouse.devservices.up;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import com.sun.net.httpserver.HttpServer;

/// Stands in for the real jars: answers 200 to everything, ends with status 3 when asked for `/crash`. Where the environment says
/// so it ends at once instead.
final class StandIn {

    private StandIn() {}

    public static void main(String[] arguments) throws IOException {
        boolean auth = System.getenv("DATABASE_URL") != null;
        if (auth && System.getenv("STAND_IN_FAILS") != null) {
            System.out.println("GATEHOUSE_KEK: wrong");
            System.exit(3);
        }
        serve(auth ? "GATEHOUSE_AUTH_PORT" : "GATEHOUSE_PORT");
        serve(auth ? "GATEHOUSE_AUTH_MANAGEMENT_PORT" : "GATEHOUSE_MANAGEMENT_PORT");
        Files.writeString(Path.of(auth ? "auth.settings" : "gateway.settings"), System.getenv().toString());
    }

    private static void serve(String portVariable) throws IOException {
        int port = Integer.parseInt(System.getenv(portVariable));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 10);
        server.createContext("/", exchange -> {
            byte[] health = "{\"status\":\"UP\"}".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, health.length);
            exchange.getResponseBody().write(health);
            exchange.close();
            if (exchange.getRequestURI().getPath().equals("/crash")) {
                System.out.println("crashing");
                Runtime.getRuntime().halt(3);
            }
        });
        server.start();
    }
}
