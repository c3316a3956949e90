package dev.gatehouse.gateway.concurrency;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConcurrencyTests {

    private final Concurrency concurrency = new Concurrency();

    private Entry.Entered entered(ConcurrencySpec spec, String user) {
        return (Entry.Entered) concurrency.enter(spec, user);
    }

    @Test
    void letsInAsManyOfAUserAsItMay() {
        ConcurrencySpec two = new ConcurrencySpec(ConcurrencySpec.ANY, 2);
        entered(two, "alice");
        entered(two, "alice");
        assertThat(concurrency.enter(two, "alice")).isInstanceOf(Entry.UserFull.class);
        assertThat(concurrency.enter(two, "bob")).isInstanceOf(Entry.Entered.class);
        assertThat(concurrency.underWay()).isEqualTo(3);
    }

    @Test
    void letsInAsManyOfARouteAsItMay() {
        ConcurrencySpec one = new ConcurrencySpec(1, 1);
        Entry.Entered first = entered(one, "alice");
        assertThat(concurrency.enter(one, "bob")).isInstanceOf(Entry.RouteFull.class);
        first.release();
        assertThat(concurrency.enter(one, "bob")).isInstanceOf(Entry.Entered.class);
    }

    @Test
    void releasesOnceHoweverOftenItIsTold() {
        ConcurrencySpec spec = new ConcurrencySpec(10, 10);
        Entry.Entered first = entered(spec, "alice");
        entered(spec, "alice");
        first.release();
        first.release();
        assertThat(concurrency.underWay()).isEqualTo(1);
    }

    @Test
    void remembersNobodyWhoHasNothingUnderWay() {
        ConcurrencySpec spec = new ConcurrencySpec(ConcurrencySpec.ANY, 1);
        for (int i = 0; i < 1_000; i++) {
            entered(spec, "user " + i).release();
        }
        assertThat(concurrency.users()).isZero();
    }

    @Test
    void losesCountOfNothingUnderPressure() throws Exception {
        ConcurrencySpec spec = new ConcurrencySpec(3, 2);
        CountDownLatch done = new CountDownLatch(8);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int thread = 0; thread < 8; thread++) {
                String user = "user " + thread % 2;
                threads.execute(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        if (concurrency.enter(spec, user) instanceof Entry.Entered place) {
                            place.release();
                        }
                    }
                    done.countDown();
                });
            }
            done.await();
        }
        assertThat(concurrency.underWay()).isZero();
        assertThat(concurrency.users()).isZero();
    }
}
