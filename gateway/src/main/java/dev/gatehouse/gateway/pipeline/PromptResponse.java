package dev.gatehouse.gateway.pipeline;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.gatehouse.gateway.compression.Gzip;

/// Sends the header section of a streamed answer at once. The framework keeps it back until the first part of the body comes, which of a stream of events
/// may take an hour, while the page does not know whether it is connected. Compresses the body if it shall, part by part as it comes.
final class PromptResponse extends ServerHttpResponseDecorator {

    private @Nullable Gzip gzip;

    PromptResponse(ServerHttpResponse response) {
        super(response);
    }

    /// Has the body compressed; answers whether it will be, which it is not when too many are.
    boolean compress() {
        Optional<Gzip> begun = gzip == null ? Gzip.begin() : Optional.of(gzip);
        gzip = begun.orElse(null);
        return gzip != null;
    }

    /// Leaves the body as it is: another answer than the one that was to be compressed.
    void leaveAsItIs() {
        leave();
        gzip = null;
        if (!isCommitted()) {
            getHeaders().remove(HttpHeaders.CONTENT_ENCODING);
        }
    }

    /// The request is over, whatever became of its answer.
    void leave() {
        Gzip begun = gzip;
        if (begun != null) {
            begun.close();
        }
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        Gzip coding = gzip;
        return coding == null
                ? super.writeWith(body)
                : super.writeWith(Flux.from(body).map(part -> compressed(coding, part)).concatWith(end(coding)));
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        Gzip coding = gzip;
        Flux<Publisher<? extends DataBuffer>> parts = coding == null
                ? Flux.from(body)
                : Flux.<Publisher<? extends DataBuffer>>from(body)
                        .<Publisher<? extends DataBuffer>>map(inner -> Flux.from(inner).map(part -> compressed(coding, part)))
                        .concatWith(Mono.just(end(coding)));
        return super.writeAndFlushWith(Flux.<Publisher<? extends DataBuffer>>concat(Flux.just(Flux.empty()), parts));
    }

    private DataBuffer compressed(Gzip coding, DataBuffer part) {
        byte[] octets = new byte[part.readableByteCount()];
        part.read(octets);
        DataBufferUtils.release(part);
        return bufferFactory().wrap(coding.part(octets));
    }

    private Mono<DataBuffer> end(Gzip coding) {
        return Mono.fromSupplier(() -> bufferFactory().wrap(coding.end()));
    }
}
