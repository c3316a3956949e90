package dev.gatehouse.auth;

import java.util.List;

import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;

import dev.gatehouse.devservices.Redis;

/// Reads the feed as a gateway would.
public final class RevocationFeedReader implements AutoCloseable {

    private final RedisClient client;

    public RevocationFeedReader(String url) {
        this.client = RedisClient.create(url);
    }

    public static RevocationFeedReader shared() {
        return Shared.READER;
    }

    public List<StreamMessage<String, String>> entries() {
        try (var connection = client.connect()) {
            return connection.sync().xrange("gatehouse:revocations", Range.unbounded());
        }
    }

    public List<String> sessions() {
        return entries().stream().map(entry -> entry.getBody().get("sid")).toList();
    }

    public void forgetEverything() {
        try (var connection = client.connect()) {
            connection.sync().flushall();
        }
    }

    @Override
    public void close() {
        client.shutdown();
    }

    private static final class Shared {

        private static final RevocationFeedReader READER = new RevocationFeedReader(Redis.shared().url());
    }
}
