package dev.gatehouse.auth.keys;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import dev.gatehouse.auth.database.Cleanup;

/// Who reads the public keys, so that operators see whether all gateways know the next key before it signs. Bounded: the endpoint is public, and who
/// comes with many names must not fill anything, so the oldest gives way; those who come through a gateway, as anybody can, never push out those
/// who come directly. Reading keys never waits for the database. Thread-safe.
@Repository
public class JwksReaders implements Cleanup {

    private static final int MOST_WAITING = 200;
    private static final int MOST_KNOWN = 1000;
    private static final int LONGEST_AGENT = 80;
    private static final String AGE = "interval '2 days'";

    private final JdbcClient jdbc;
    private final Waiting direct = new Waiting();
    private final Waiting forwarded = new Waiting();

    /// Works on the given database.
    ///
    /// @param jdbc migrated
    public JwksReaders(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void note(String address, String agent, boolean isDirect, String nextKid) {
        String plain = agent.replaceAll("[^ -~]", "?");
        (isDirect ? direct : forwarded)
                .put(new Name(address, plain.substring(0, Math.min(plain.length(), LONGEST_AGENT))), nextKid);
    }

    /// Writes down who has read since the last time. Blocks on the database.
    public void flush() {
        flush(direct, true);
        flush(forwarded, false);
    }

    /// {@return who has read within the last two days: those who came directly first, of each kind the latest}
    ///
    /// @param nextKid the name of the key that will sign next
    public List<Reader> recent(String nextKid) {
        return jdbc.sql("SELECT address, agent, direct, next_kid, seen_at FROM jwks_reader WHERE seen_at > now() - " + AGE
                + " ORDER BY direct DESC, seen_at DESC").query(
                        (row, _) -> new Reader(row.getString("address"), row.getString("agent"), row.getBoolean("direct"),
                                row.getTimestamp("seen_at").toInstant(), nextKid.equals(row.getString("next_kid"))))
                .list();
    }

    @Override
    public int deleteSome(int most) {
        return jdbc.sql("DELETE FROM jwks_reader WHERE seen_at < now() - " + AGE).update();
    }

    private void flush(Waiting waiting, boolean isDirect) {
        List<Map.Entry<Name, String>> readers = waiting.all();
        readers.forEach(reader -> {
            write(reader.getKey(), isDirect, reader.getValue());
            waiting.remove(reader);
        });
        if (!readers.isEmpty()) {
            forgetOldest(isDirect);
        }
    }

    /// Who comes through a gateway under the name of somebody who comes directly says nothing about them.
    private void write(Name name, boolean isDirect, String nextKid) {
        jdbc.sql("""
                INSERT INTO jwks_reader (address, agent, direct, next_kid) VALUES (:address, :agent, :direct, :kid)
                ON CONFLICT (address, agent) DO UPDATE SET direct = EXCLUDED.direct, next_kid = EXCLUDED.next_kid, seen_at = now()
                WHERE EXCLUDED.direct OR NOT jwks_reader.direct""")
                .param("address", name.address()).param("agent", name.agent()).param("direct", isDirect).param("kid", nextKid)
                .update();
    }

    private void forgetOldest(boolean isDirect) {
        jdbc.sql("""
                DELETE FROM jwks_reader WHERE (address, agent) IN (
                	SELECT address, agent FROM jwks_reader WHERE direct = :direct ORDER BY seen_at DESC OFFSET :most
                	FOR UPDATE SKIP LOCKED)""").param("direct", isDirect).param("most", MOST_KNOWN).update();
    }

    private record Name(String address, String agent) {}

    /// Who is not written down yet; of too many, the one who came first is left out.
    private static final class Waiting {

        private final SequencedMap<Name, String> kids = new LinkedHashMap<>();

        synchronized void put(Name name, String kid) {
            kids.putLast(name, kid);
            if (kids.size() > MOST_WAITING) {
                kids.pollFirstEntry();
            }
        }

        synchronized List<Map.Entry<Name, String>> all() {
            return kids.entrySet().stream().map(Map.Entry::copyOf).toList();
        }

        synchronized void remove(Map.Entry<Name, String> written) {
            kids.remove(written.getKey(), written.getValue());
        }
    }

    /// A program that reads the public keys.
    ///
    /// @param address from where
    /// @param agent what it calls itself
    /// @param isDirect whether it came to this service itself; otherwise anybody may have come so, under any name
    /// @param seenAt when last
    /// @param knowsNext whether the next key was among what it read
    public record Reader(String address, String agent, boolean isDirect, Instant seenAt, boolean knowsNext) {}
}
