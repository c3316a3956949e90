package dev.gatehouse.gateway.discovery;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.gatehouse.gateway.upstream.InstanceSpec;

import static org.assertj.core.api.Assertions.assertThat;

/// Each question of the registry takes its answer from a queue, so that a test decides what is said when.
class DiscoveryTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final BlockingQueue<Supplier<List<InstanceSpec>>> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<List<InstanceSpec>> told = new LinkedBlockingQueue<>();
    private final Discovery discovery = new Discovery(_ -> answer(), Duration.ofMillis(10));

    @AfterEach
    void close() {
        discovery.close();
        answers.add(List::of);
    }

    private List<InstanceSpec> answer() {
        try {
            return answers.take().get();
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<InstanceSpec> places(String... addresses) {
        return List.of(addresses).stream().map(address -> new InstanceSpec(URI.create(address), 1)).toList();
    }

    private void follow() {
        discovery.follow(Set.of("orders"), LONG, (_, instances) -> told.add(instances));
    }

    private List<InstanceSpec> told() throws InterruptedException {
        List<InstanceSpec> next = told.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing was told");
        }
        return next;
    }

    @Test
    void knowsTheInstancesOnceTheFirstAnswerIsThere() {
        answers.add(() -> places("http://a:1"));
        follow();
        assertThat(discovery.instances("orders")).isEqualTo(places("http://a:1"));
    }

    @Test
    void tellsChangesOnly() throws Exception {
        answers.add(() -> places("http://a:1"));
        answers.add(() -> places("http://a:1"));
        answers.add(() -> places("http://a:1", "http://b:1"));
        follow();
        assertThat(told()).isEqualTo(places("http://a:1"));
        assertThat(told()).isEqualTo(places("http://a:1", "http://b:1"));
    }

    @Test
    void keepsTheLastInstancesWhileTheRegistryFails() throws Exception {
        CountDownLatch failed = new CountDownLatch(2);
        answers.add(() -> places("http://a:1"));
        answers.add(() -> {
            failed.countDown();
            throw new NoClassDefFoundError("of the registry's library");
        });
        answers.add(() -> {
            failed.countDown();
            throw new IllegalStateException("away");
        });
        follow();
        assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(discovery.instances("orders")).isEqualTo(places("http://a:1"));

        answers.add(() -> places("http://b:1"));
        assertThat(told()).isEqualTo(places("http://a:1"));
        assertThat(told()).isEqualTo(places("http://b:1"));
        assertThat(discovery.failures()).isEqualTo(2);
    }

    @Test
    void believesThatThereAreNone() throws Exception {
        answers.add(() -> places("http://a:1"));
        answers.add(List::of);
        follow();
        assertThat(told()).isEqualTo(places("http://a:1"));
        assertThat(told()).isEmpty();
        assertThat(discovery.instances("orders")).isEmpty();
    }

    @Test
    void doesNotWaitLongerForASilentRegistryThanItMay() {
        discovery.follow(Set.of("silent"), Duration.ofMillis(50), (_, instances) -> told.add(instances));
        assertThat(discovery.instances("silent")).isEmpty();
    }

    @Test
    void forgetsServicesThatNoRouteLeadsTo() {
        answers.add(() -> places("http://a:1"));
        follow();
        discovery.follow(Set.of(), LONG, (_, instances) -> told.add(instances));
        assertThat(discovery.instances("orders")).isEmpty();
    }

    @Test
    void takesNoMoreInstancesThanItCanLookAtForEachRequest() {
        answers.add(() -> places(IntStream.range(0, 100).mapToObj(i -> "http://h" + i).toArray(String[]::new)));
        follow();
        assertThat(discovery.instances("orders")).hasSize(Discovery.MOST_INSTANCES);
    }
}
