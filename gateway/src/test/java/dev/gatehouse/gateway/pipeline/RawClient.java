package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/// Says bytes to the gateway as they are and reads until it hangs up.
public final class RawClient {

    private RawClient() {}

    public static String exchange(int port, String request) throws IOException {
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

    /// Says a second thing when the first has been answered with `ok` at its end, and hangs up when that has been too, or when the gateway does.
    public static String exchange(int port, String request, String then) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String answer = readToOk(socket);
            socket.getOutputStream().write(then.getBytes(StandardCharsets.ISO_8859_1));
            return answer + readToOk(socket);
        }
    }

    private static String readToOk(Socket socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        int octet = 0;
        while (octet >= 0 && !answer.toString().endsWith("ok")) {
            octet = socket.getInputStream().read();
            answer.append(octet < 0 ? "" : (char) octet);
        }
        return answer.toString();
    }

    /// Reads until it hangs up, with a reset too.
    public static String readAll(Socket socket) throws IOException {
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
