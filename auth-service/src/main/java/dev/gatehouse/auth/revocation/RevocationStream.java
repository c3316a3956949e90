package dev.gatehouse.auth.revocation;

import java.util.List;
import java.util.Optional;

/// The feed that gateways read. Every call has a deadline well below a second and throws [dev.gatehouse.auth.redis.RedisConnection.Unreachable] after it.
interface RevocationStream extends AutoCloseable {

    /// {@return the id of the last entry, or empty where there is no entry at all}
    Optional<EntryId> last();

    /// {@return the id of the last entry added, or empty where there is no stream to add to}
    Optional<EntryId> append(List<Revocation> revocations);

    /// {@return the id of the last entry added to the stream, which comes into being where it was not}
    EntryId create(List<Revocation> revocations);

    /// Whether Redis answers now; never throws.
    boolean answers();

    @Override
    void close();

    /// An entry's place in the stream: milliseconds, then a sequence number.
    record EntryId(long millis, long sequence) implements Comparable<EntryId> {

        static EntryId parse(String text) {
            int dash = text.indexOf('-');
            return new EntryId(Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
        }

        @Override
        public int compareTo(EntryId other) {
            int byMillis = Long.compare(millis, other.millis);
            return byMillis != 0 ? byMillis : Long.compare(sequence, other.sequence);
        }
    }
}
