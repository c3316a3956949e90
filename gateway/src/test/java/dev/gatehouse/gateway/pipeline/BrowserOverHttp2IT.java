package dev.gatehouse.gateway.pipeline;

/// The same pages over HTTP/2, in which nobody asks for a WebSocket here.
class BrowserOverHttp2IT extends BrowserIT {

    @Override
    Spoken spoken() {
        return Spoken.HTTP_2;
    }

    @Override
    void asksWhereAWebSocketComesFrom(String path, String origin, int status) {}
}
