package dev.gatehouse.gateway.probing;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

import io.netty.util.Timer;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

import dev.gatehouse.gateway.upstream.HealthCheck;
import dev.gatehouse.gateway.upstream.Instance;
import dev.gatehouse.gateway.upstream.Link;
import dev.gatehouse.gateway.upstream.Upstream;

/// Asks every instance of the upstreams that want it, each at its own time. Thread-safe; never blocks.
public final class HealthProbes implements AutoCloseable {

    private final Function<Link, HttpClient> clients;
    private final Timer timer;
    private final IntUnaryOperator random;
    private final Map<Upstream, Probing> followed = new HashMap<>();

    /// @param clients open a connection for each question, within bounds, and speak as with the upstream
    /// @param random a number from 0 to below the argument
    public HealthProbes(Function<Link, HttpClient> clients, Timer timer, IntUnaryOperator random) {
        this.clients = clients;
        this.timer = timer;
        this.random = random;
    }

    /// Asks the instances of these upstreams from now on, and of no others.
    public synchronized void follow(Collection<Upstream> upstreams) {
        Set<Upstream> known = new HashSet<>(upstreams);
        followed.entrySet().removeIf(entry -> {
            boolean gone = !known.contains(entry.getKey());
            if (gone) {
                entry.getValue().stop();
            }
            return gone;
        });
        for (Upstream upstream : upstreams) {
            upstream.spec().health()
                    .ifPresent(check -> followed.computeIfAbsent(upstream, _ -> new Probing(upstream, check)).begin());
        }
    }

    /// Asks nobody any more.
    @Override
    public synchronized void close() {
        followed.values().forEach(Probing::stop);
        followed.clear();
    }

    /// The questions to one upstream.
    private final class Probing {

        private final Upstream upstream;
        private final HealthCheck check;
        private final Set<Instance> asked = ConcurrentHashMap.newKeySet();
        private volatile boolean stopped;

        Probing(Upstream upstream, HealthCheck check) {
            this.upstream = upstream;
            this.check = check;
        }

        /// Asks those that are not asked yet.
        void begin() {
            int every = Math.toIntExact(check.every().toMillis());
            // Not all at once, nor all gateways at once.
            upstream.instances().stream().filter(asked::add).forEach(instance -> ask(instance, 1 + random.applyAsInt(every)));
        }

        void stop() {
            stopped = true;
        }

        private void ask(Instance instance, long afterMillis) {
            if (stopped || !upstream.instances().contains(instance)) {
                asked.remove(instance);
                return;
            }
            timer.newTimeout(_ -> {
                if (!stopped) {
                    // Nobody waits for the answer, so nobody else subscribes.
                    answer(instance).subscribe(good -> {
                        if (!stopped) {
                            upstream.probed(instance, good, check);
                        }
                        ask(instance, check.every().toMillis());
                    });
                }
            }, afterMillis, TimeUnit.MILLISECONDS);
        }

        private Mono<Boolean> answer(Instance instance) {
            // An instance whose TLS cannot be spoken, since its files are gone, cannot be well.
            return Mono.defer(() -> clients.apply(upstream.spec().link()).get().uri(instance.address() + check.path()).response())
                    .map(response -> response.status().code() / 100 == 2)
                    .timeout(check.timeout()).onErrorReturn(false).defaultIfEmpty(false);
        }
    }
}
