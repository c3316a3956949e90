package dev.gatehouse.gateway.pipeline;

/// The same tokens in HTTP/2.
class TokenAttackOverHttp2IT extends TokenAttackIT {

    @Override
    Spoken spoken() {
        return Spoken.HTTP_2;
    }
}
