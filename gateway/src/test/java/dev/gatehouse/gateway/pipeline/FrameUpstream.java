package dev.gatehouse.gateway.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.gatehouse.gateway.framing.http2.FrameClient;

import static dev.gatehouse.gateway.framing.http2.FrameClient.DATA;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_HEADERS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.END_STREAM;
import static dev.gatehouse.gateway.framing.http2.FrameClient.GOAWAY;
import static dev.gatehouse.gateway.framing.http2.FrameClient.HEADERS;
import static dev.gatehouse.gateway.framing.http2.FrameClient.RESET;

/// A backend of HTTP/2 without TLS that answers each request frame by frame, right or wrong.
final class FrameUpstream implements AutoCloseable {

    private final ServerSocket server;
    private final Answer answer;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Integer> resets = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    // Of the test's own answers.
    private final List<Throwable> mistakes = new CopyOnWriteArrayList<>();

    /// What becomes of one request.
    interface Answer {

        void to(Request request) throws Exception;
    }

    /// A header section that has come.
    ///
    /// @param number from 1, of all that have come
    /// @param connection from 1
    record Request(int number, int connection, int stream, FrameClient gateway) {

        void reset(int error) throws IOException {
            gateway.number(RESET, stream, error);
        }

        /// @param last the last stream that is processed
        void goAway(int last) throws IOException {
            gateway.frame(GOAWAY, 0, 0, (byte) 0, (byte) 0, (byte) (last >> 8), (byte) last, (byte) 0, (byte) 0, (byte) 0,
                    (byte) 0);
        }

        boolean isFirst() {
            return number == 1;
        }

        void head(String... fields) throws Exception {
            gateway.frame(HEADERS, END_HEADERS, stream, gateway.section(fields));
        }

        void ok() throws Exception {
            head(":status", "200");
            gateway.frame(DATA, END_STREAM, stream, (byte) 'o', (byte) 'k');
        }
    }

    private FrameUpstream(ServerSocket server, Answer answer) {
        this.server = server;
        this.answer = answer;
    }

    static FrameUpstream start(Answer answer) {
        try {
            FrameUpstream upstream = new FrameUpstream(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), answer);
            Thread.ofVirtual().start(upstream::accept);
            return upstream;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.add(socket);
                int number = connections.size();
                Thread.ofVirtual().start(() -> serve(socket, number));
            } catch (IOException closed) {
                // The test is over.
            }
        }
    }

    private void serve(Socket socket, int connection) {
        try (FrameClient gateway = FrameClient.serving(socket)) {
            for (FrameClient.Frame frame = gateway.next(); frame.type() != -1; frame = gateway.next()) {
                if (frame.type() == HEADERS) {
                    answer.to(received(connection, frame.stream(), gateway));
                } else if (frame.type() == RESET) {
                    resets.add(frame.stream());
                }
            }
        } catch (IOException over) {
            // The gateway has hung up.
        } catch (Exception | Error mistake) {
            mistakes.add(mistake);
        }
    }

    private synchronized Request received(int connection, int stream, FrameClient gateway) {
        Request request = new Request(requests.size() + 1, connection, stream, gateway);
        requests.add(request);
        return request;
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /// In the order in which they came.
    List<Request> requests() {
        return requests;
    }

    /// The streams that the gateway has reset.
    List<Integer> resets() {
        return resets;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
        if (!mistakes.isEmpty()) {
            throw new AssertionError("an answer of the test's", mistakes.getFirst());
        }
    }
}
