package dev.gatehouse.gateway.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.gateway.upstream.InstanceSpec;

/// Asks a registry for the instances of services over and over, each on a thread of its own, so that one that does not answer keeps no other. While it fails
/// the last list counts. No request waits for it. Thread-safe.
public final class Discovery implements AutoCloseable {

    /// Each instance is looked at for each request.
    public static final int MOST_INSTANCES = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    private final Registry registry;
    private final Duration every;
    private final Map<String, Following> followed = new HashMap<>();
    private final Map<String, List<InstanceSpec>> known = new ConcurrentHashMap<>();
    private final LongAdder failures = new LongAdder();

    /// @param every how long to wait between an answer and the next question
    public Discovery(Registry registry, Duration every) {
        this.registry = registry;
        this.every = every;
    }

    /// Asks for these services from now on, and for no others.
    ///
    /// @param patience how long to wait for the first answers about those that are new
    /// @param moved is told the instances of a service when they are others than before
    public void follow(Set<String> services, Duration patience, BiConsumer<String, List<InstanceSpec>> moved) {
        List<CountDownLatch> first = new ArrayList<>();
        synchronized (this) {
            followed.entrySet().removeIf(entry -> {
                boolean gone = !services.contains(entry.getKey());
                if (gone) {
                    entry.getValue().stop();
                    known.remove(entry.getKey());
                }
                return gone;
            });
            for (String service : services) {
                if (!followed.containsKey(service)) {
                    Following following = new Following(service, moved);
                    followed.put(service, following);
                    first.add(following.asked);
                    Thread.ofVirtual().name("discovery-" + service).start(following);
                }
            }
        }
        await(first, System.nanoTime() + patience.toNanos());
    }

    private static void await(List<CountDownLatch> first, long deadline) {
        try {
            for (CountDownLatch asked : first) {
                if (!asked.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /// What is known of a service's instances; nothing as long as the registry has not told.
    public List<InstanceSpec> instances(String service) {
        return known.getOrDefault(service, List.of());
    }

    /// How often the registry could not tell.
    public long failures() {
        return failures.sum();
    }

    /// Asks no more.
    @Override
    public synchronized void close() {
        followed.values().forEach(Following::stop);
        followed.clear();
    }

    /// One service.
    private final class Following implements Runnable {

        private final String service;
        private final BiConsumer<String, List<InstanceSpec>> moved;
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch stopped = new CountDownLatch(1);
        private boolean failing;

        Following(String service, BiConsumer<String, List<InstanceSpec>> moved) {
            this.service = service;
            this.moved = moved;
        }

        void stop() {
            stopped.countDown();
        }

        @Override
        public void run() {
            try {
                do {
                    ask();
                    asked.countDown();
                } while (!stopped.await(every.toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }

        private void ask() {
            try {
                tell(registry.find(service));
                if (failing) {
                    LOG.info("The instances of service {} are told again", service);
                }
                failing = false;
            } catch (RuntimeException | LinkageError e) { // of a registry's own library
                failures.increment();
                if (!failing) {
                    LOG.warn("Nobody tells the instances of service {}, the last that are known count: {}", service,
                            e.getClass().getSimpleName());
                }
                failing = true;
            }
        }

        private void tell(List<InstanceSpec> found) {
            List<InstanceSpec> places = found.size() > MOST_INSTANCES ? found.subList(0, MOST_INSTANCES) : found;
            synchronized (Discovery.this) {
                if (stopped.getCount() == 0) {
                    return;
                }
                List<InstanceSpec> before = known.put(service, List.copyOf(places));
                if (places.equals(before)) {
                    return;
                }
            }
            LOG.info("Service {} has {} instances{}", service, found.size(),
                    found.size() > MOST_INSTANCES ? ", of which the first " + MOST_INSTANCES + " get requests" : "");
            moved.accept(service, places);
        }
    }
}
