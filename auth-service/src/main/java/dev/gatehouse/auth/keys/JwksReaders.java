package dev.gatehouse.auth.keys;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.database.Cleanup;

/// Who reads the public keys, so that operators see whether all gateways know the next key before it signs. Bounded: the endpoint is public, and who
/// comes with many names must not fill anything. Reading keys never waits for this. Thread-safe.
@Repository
public class JwksReaders implements Cleanup {

    private static final int MOST_WAITING = 200;
    private static final int MOST_KNOWN = 1000;
    private static final int LONGEST_AGENT = 80;
    private static final String AGE = "interval '2 days'";

    private final JdbcClient jdbc;
    private final Map<Name, String> waiting = new ConcurrentHashMap<>();

    /// Works on the given database.
    ///
    /// @param jdbc migrated
    public JwksReaders(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void note(String address, String agent, String nextKid) {
        if (waiting.size() < MOST_WAITING) {
            String plain = agent.replaceAll("[^ -~]", "?");
            waiting.put(new Name(address, plain.substring(0, Math.min(plain.length(), LONGEST_AGENT))), nextKid);
        }
    }

    /// Writes down who has read since the last time. Blocks on the database.
    public void flush() {
        for (Map.Entry<Name, String> reader : List.copyOf(waiting.entrySet())) {
            jdbc.sql("""
                    INSERT INTO jwks_reader (address, agent, next_kid)
                    SELECT :address, :agent, :kid WHERE (SELECT count(*) FROM jwks_reader) < :most
                    	OR EXISTS (SELECT FROM jwks_reader WHERE address = :address AND agent = :agent)
                    ON CONFLICT (address, agent) DO UPDATE SET next_kid = EXCLUDED.next_kid, seen_at = now()""")
                    .param("address", reader.getKey().address()).param("agent", reader.getKey().agent())
                    .param("kid", reader.getValue()).param("most", MOST_KNOWN).update();
            waiting.remove(reader.getKey(), reader.getValue());
        }
    }

    /// {@return who has read within the last two days, the latest first}
    ///
    /// @param nextKid the name of the key that will sign next
    public List<Reader> recent(String nextKid) {
        return jdbc.sql("SELECT address, agent, next_kid, seen_at FROM jwks_reader WHERE seen_at > now() - " + AGE
                + " ORDER BY seen_at DESC").query(
                        (row, _) -> new Reader(row.getString("address"), row.getString("agent"),
                                row.getTimestamp("seen_at").toInstant(), nextKid.equals(row.getString("next_kid"))))
                .list();
    }

    @Override
    public int deleteSome(int most) {
        return jdbc.sql("DELETE FROM jwks_reader WHERE seen_at < now() - " + AGE).update();
    }

    private record Name(String address, String agent) {}

    /// A program that reads the public keys.
    ///
    /// @param address from where
    /// @param agent what it calls itself
    /// @param seenAt when last
    /// @param knowsNext whether the next key was among what it read
    public record Reader(String address, String agent, Instant seenAt, boolean knowsNext) {}
}
