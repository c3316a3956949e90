package load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What stands around the gateway in every measurement: backend, keys, a Redis where there is one, and clients on their own processors. Thread-safe.
///
/// @param programs that were started
/// @param cores where they run
/// @param backend behind the gateway
/// @param tokens it accepts
/// @param redis that gateways share; empty: none on the path
public record Site(Programs programs, Cores cores, Backend backend, Tokens tokens, Optional<Contender> redis) {

    /// Starts all of it; `port` is the backend's, 0 for any.
    public static Site at(Path folder, int port) {
        Programs programs = new Programs(folder);
        Cores cores = Cores.ofThisMachine();
        Backend backend = new Backend(port);
        Tokens tokens = new Tokens("http://127.0.0.1:" + backend.port());
        backend.keys(tokens.keySet());
        return new Site(programs, cores, backend, tokens, Redis.start(programs, cores));
    }

    /// Starts gateways that know Redis, or none.
    public Gatehouse gatehouse(boolean shared) {
        return new Gatehouse(programs, cores, redis.filter(any -> shared).map(server -> "redis://127.0.0.1:" + server.port()).orElse(""));
    }

    /// Waits until a gateway answers.
    public Contender ready(Contender contender) {
        return contender.awaitAnswer("/open/x", log(contender));
    }

    /// Where it writes what it has to say.
    public Path log(Contender contender) {
        return programs.folder().resolve(contender.name() + ".log");
    }

    /// Asks one gateway with 64 connections.
    public static Round ask(Contender contender, Supplier<byte[]> requests, Duration time) {
        return Client.ask(List.of(contender.port()), 64, requests, time);
    }
}
