package dev.gatehouse.auth.events;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

import dev.gatehouse.auth.AuthServer;
import dev.gatehouse.auth.AuthServer.SignedIn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// What ends up in the outbox, and what does not.
final class EventsIT {

    private final AuthServer server = AuthServer.shared();
    private final Events events = server.bean(Events.class);
    private final TransactionTemplate transactions = server.bean(TransactionTemplate.class);

    @Test
    void tellsTheStoryOfAUserInOrder() {
        SignedIn someone = server.someone();
        server.post("/auth/login", AuthServer.login(someone.name(), "not the password"));
        server.postEmpty("/auth/logout", someone.bearer());

        assertThat(storyOf(userId(someone))).containsExactly("1 user.registered {}", "2 session.created {}",
                "3 user.login_succeeded {\"method\":\"password\"}", "4 user.login_failed {\"reason\":\"wrong_password\"}",
                "5 session.revoked {\"reason\":\"logout\"}");
    }

    @Test
    void remembersWhereItCameFromForTheAuditLogAlone() {
        SignedIn someone = server.someone();

        var row = server.database().sql("SELECT address, user_agent, request_id FROM outbox WHERE subject = ? LIMIT 1")
                .param(userId(someone)).query().singleRow();
        assertThat(row.get("address")).isEqualTo("127.0.0.1");
        assertThat(row.get("user_agent").toString()).startsWith("Java-http-client");
        assertThat(row.get("request_id").toString()).hasSizeGreaterThan(8);
    }

    @Test
    void tellsOfASignInUnderAnUnknownNameWithoutTheName() {
        server.post("/auth/login", AuthServer.login("nobody_knows_me", "some password"));

        var data = server.database().sql("SELECT data FROM outbox WHERE type = 'user.login_failed' AND subject IS NULL")
                .query(String.class).list();
        assertThat(data).isNotEmpty().allMatch(each -> each.equals("{\"reason\":\"unknown_user\"}"));
    }

    @Test
    void tellsTheOwnerOfAKnownAddressAndNobodyElse() {
        SignedIn owner = server.someone();
        server.post("/auth/register", AuthServer.registration("other_" + owner.name(), owner.name() + "@example.com"));

        assertThat(storyOf(userId(owner))).last().isEqualTo("4 user.registration_repeated {}");
    }

    @Test
    void writesNothingOfARolledBackTransaction() {
        UUID user = UUID.randomUUID();

        transactions.executeWithoutResult(transaction -> {
            events.append(Event.about(EventType.USER_REGISTERED, user));
            transaction.setRollbackOnly();
        });

        assertThat(storyOf(user)).isEmpty();
    }

    @Test
    void keepsTheOrderOfOneTransactionForEachUser() {
        UUID one = UUID.randomUUID();
        UUID two = UUID.randomUUID();

        transactions.executeWithoutResult(_ -> {
            events.append(Event.about(EventType.USER_REGISTERED, one));
            events.append(Event.about(EventType.USER_EXPORTED, two).by(one));
            events.append(Event.about(EventType.SESSION_REVOKED, one).in(two).with("reason", "logout"));
            events.append(Event.of(EventType.KEY_ROTATED));
            events.append(Event.about(EventType.USER_EXPORTED, one));
        });

        assertThat(storyOf(one)).containsExactly("1 user.registered {}", "2 session.revoked {\"reason\":\"logout\"}",
                "3 user.exported {}");
        assertThat(storyOf(two)).containsExactly("1 user.exported {}");
        assertThat(server.database().sql("SELECT actor FROM outbox WHERE subject = ?").param(two).query(UUID.class).single())
                .isEqualTo(one);
        assertThat(server.database().sql("SELECT session_id FROM outbox WHERE subject = ? AND sequence = 2").param(one)
                .query(UUID.class).single()).isEqualTo(two);
    }

    @Test
    void keepsTheOrderOfWhatIsAboutNobody() {
        String key = UUID.randomUUID().toString();

        transactions.executeWithoutResult(_ -> IntStream.range(0, 10)
                .forEach(i -> events.append(Event.of(EventType.KEY_PUBLISHED).with("key", key + "-" + i))));

        assertThat(server.database().sql("SELECT data FROM outbox WHERE type = 'key.published' ORDER BY position")
                .query(String.class).list()
                .stream().filter(data -> data.contains(key)))
                .containsExactlyElementsOf(IntStream.range(0, 10).mapToObj(i -> "{\"key\":\"" + key + "-" + i + "\"}").toList());
    }

    @Test
    void refusesToTellOutsideOfATransaction() {
        assertThatThrownBy(() -> events.append(Event.of(EventType.KEY_ROTATED))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void numbersWithoutAGapInTheOrderOfPositionsHoweverManyWriteAtOnce() throws Exception {
        UUID one = UUID.randomUUID();
        UUID two = UUID.randomUUID();
        int writers = 8;
        CyclicBarrier together = new CyclicBarrier(writers);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = java.util.stream.IntStream.range(0, writers).mapToObj(i -> threads.submit(() -> {
                together.await(10, TimeUnit.SECONDS);
                for (int turn = 0; turn < 10; turn++) {
                    transactions.executeWithoutResult(_ -> {
                        // In opposite orders: would wait for each other for ever if they were written as they come.
                        events.append(Event.about(EventType.USER_EXPORTED, i % 2 == 0 ? one : two));
                        events.append(Event.about(EventType.USER_EXPORTED, i % 2 == 0 ? two : one));
                    });
                }
                return null;
            })).toList();
            for (var task : tasks) {
                task.get(30, TimeUnit.SECONDS);
            }
        }

        for (UUID user : List.of(one, two)) {
            var numbers = server.database().sql("SELECT sequence FROM outbox WHERE subject = ? ORDER BY position").param(user)
                    .query(Long.class).list();
            assertThat(numbers).hasSize(80).isSorted().doesNotHaveDuplicates().endsWith(80L);
        }
    }

    private List<String> storyOf(UUID user) {
        return server.database()
                .sql("SELECT sequence || ' ' || type || ' ' || data FROM outbox WHERE subject = ? ORDER BY position")
                .param(user).query(String.class).list();
    }

    private UUID userId(SignedIn someone) {
        return server.database().sql("SELECT id FROM account WHERE username = ?").param(someone.name()).query(UUID.class)
                .single();
    }
}
