package dev.gatehouse.gateway.tls;

import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

/// Serves each new connection with the context that is in place then; a connection keeps the one it began with. Thread-safe.
final class LiveContext extends SslContext {

    private volatile SslContext now;

    LiveContext(SslContext first) {
        this.now = first;
    }

    void replace(SslContext next) {
        now = next;
    }

    @Override
    public boolean isClient() {
        return now.isClient();
    }

    @Override
    public List<String> cipherSuites() {
        return now.cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // the only form in which the superclass asks
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return now.applicationProtocolNegotiator();
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator alloc) {
        return now.newEngine(alloc);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator alloc, String peerHost, int peerPort) {
        return now.newEngine(alloc, peerHost, peerPort);
    }

    @Override
    protected SslHandler newHandler(ByteBufAllocator alloc, boolean startTls) {
        return now.newHandler(alloc);
    }

    @Override
    public SSLSessionContext sessionContext() {
        return now.sessionContext();
    }
}
