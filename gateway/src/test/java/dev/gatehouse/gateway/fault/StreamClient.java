package dev.gatehouse.gateway.fault;

import java.io.IOException;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.handler.codec.http2.Http2Exception;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.framing.http2.FrameClient;

/// A client that asks by HTTP/2, one stream after the other. Takes a path for a request.
final class StreamClient implements SteadyLoad.Asker {

    private static final Pattern CODE = Pattern.compile("\"code\":\"([^\"]+)\"");
    // It opens no windows: all answers of a connection must fit into the first one.
    private static final int LAST_STREAM = 99;

    private final IntSupplier port;
    private @Nullable FrameClient connection;
    private int stream;

    StreamClient(IntSupplier port) {
        this.port = port;
    }

    @Override
    public String ask(String path) throws IOException {
        FrameClient connected = connection;
        if (connected == null || stream >= LAST_STREAM) {
            close();
            connected = FrameClient.greet(port.getAsInt());
            connection = connected;
            stream = -1;
        }
        stream += 2;
        try {
            connected.get(stream, path);
            FrameClient.Answer answer = connected.answer(stream);
            if (answer.over() || answer.error() != 0) {
                throw new IOException("error " + answer.error() + (answer.over() ? " of the connection" : ""));
            }
            Matcher code = CODE.matcher(answer.body());
            return answer.status() + (code.find() ? " " + code.group(1) : "");
        } catch (Http2Exception unreadable) {
            throw new IOException(unreadable);
        }
    }

    @Override
    public void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (IOException _) {
            // It is gone in any case.
        }
        connection = null;
    }
}
