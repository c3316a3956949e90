package dev.gatehouse.devservices;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Says one command to a Redis and reads what it answers, as far as it is one line or one text.
final class RedisCommands {

    private static final int MILLIS = 2_000;

    private RedisCommands() {}

    static String ask(int port, String... words) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), MILLIS);
            String command = Stream.of(words).map(word -> "$" + word.length() + "\r\n" + word + "\r\n")
                    .collect(Collectors.joining("", "*" + words.length + "\r\n", ""));
            socket.getOutputStream().write(command.getBytes(StandardCharsets.US_ASCII));
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String first = String.valueOf(in.readLine());
            if (!first.startsWith("$")) {
                return first;
            }
            char[] text = new char[Math.max(0, Integer.parseInt(first.substring(1)))];
            int read = 0;
            while (read < text.length) {
                int more = in.read(text, read, text.length - read);
                if (more < 0) {
                    throw new IOException("ended");
                }
                read += more;
            }
            return new String(text);
        } catch (IOException away) {
            return "-" + away.getMessage();
        }
    }
}
