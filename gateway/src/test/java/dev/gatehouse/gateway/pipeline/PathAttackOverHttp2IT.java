package dev.gatehouse.gateway.pipeline;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// The same targets in HTTP/2, whose `:path` has one form only.
class PathAttackOverHttp2IT extends PathAttackIT {

    @Override
    Spoken spoken() {
        return Spoken.HTTP_2;
    }

    @Override
    @Test
    void asksForATokenInTheAbsoluteForm() {
        assertThat(send("GET http://localhost/admin/x")).startsWith("HTTP/1.1 400 ");
    }

    @Override
    @Test
    void opensNoTunnel() {
        assertThat(send("CONNECT /posts/1")).startsWith("HTTP/1.1 400 ");
    }
}
