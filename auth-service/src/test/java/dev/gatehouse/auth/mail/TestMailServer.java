package dev.gatehouse.auth.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import dev.gatehouse.auth.settings.SmtpSettings.Security;

/// A mail server that speaks TLS and wants a login, and writes down what it was told, each line with `tls` or `clear` before it. Serves one
/// connection.
final class TestMailServer implements AutoCloseable {

    /// On whose behalf, who, and the password, in UTF-8 (RFC 4616 §2).
    static final String LOGIN = Base64.getEncoder()
            .encodeToString("gatehouse\0gatehouse\0päss".getBytes(StandardCharsets.UTF_8));

    private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Security security;
    private final SSLContext identity;

    TestMailServer(Security security, SSLContext identity) throws IOException {
        this.security = security;
        this.identity = identity;
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return listener.getLocalPort();
    }

    List<String> told() {
        return told;
    }

    private void serve() {
        try (Socket plain = listener.accept()) {
            if (security == Security.TLS) {
                talk(encrypted(plain), true);
            } else {
                talk(plain, false);
            }
        } catch (IOException ended) {
            // By the other side, or by the end of the test.
        }
    }

    private void talk(Socket socket, boolean secure) throws IOException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        if (security == Security.TLS || !secure) {
            say(socket, "220 hello");
        }
        boolean mail = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (mail) {
                mail = !line.equals(".");
                if (!mail) {
                    say(socket, "250 taken");
                }
                continue;
            }
            told.add((secure ? "tls " : "clear ") + line);
            mail = line.equals("DATA");
            if (line.equals("STARTTLS")) {
                say(socket, "220 go on");
                talk(encrypted(socket), true);
                return;
            }
            say(socket, answer(line, secure));
        }
    }

    private static String answer(String line, boolean secure) {
        return switch (line.split(" ", 2)[0]) {
            case "EHLO" -> secure ? "250-test\r\n250 AUTH PLAIN" : "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN";
            case "AUTH" -> line.equals("AUTH PLAIN " + LOGIN) ? "235 welcome" : "535 no";
            case "DATA" -> "354 go on";
            case "QUIT" -> "221 bye";
            default -> "250 ok";
        };
    }

    private SSLSocket encrypted(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) identity.getSocketFactory().createSocket(plain, null, true);
        socket.setUseClientMode(false);
        return socket;
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
