package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/// Says bytes to the gateway as they are and reads until it hangs up.
final class RawClient {

    private RawClient() {}

    static String exchange(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (SocketException _) {
                // It has said no already; what it said is read below.
            }
            return readAll(socket);
        }
    }

    private static String readAll(Socket socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        byte[] part = new byte[8192];
        try {
            for (int read = socket.getInputStream().read(part); read >= 0; read = socket.getInputStream().read(part)) {
                answer.append(new String(part, 0, read, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketException _) {
            // Reset: everything that came before it counts.
        }
        return answer.toString();
    }
}
