package dev.gatehouse.auth.counting;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.lettuce.core.ScriptOutputType;

import dev.gatehouse.auth.redis.RedisConnection;

/// [Counters] that all instances share. Each call is one script on one key, so it works on a cluster too; the time is that of Redis.
/// Throws [RedisConnection.Unreachable] after the connection's deadline. Thread-safe.
final class RedisCounters implements Counters {

    private static final String TAKE = """
            local n = tonumber(redis.call('GET', KEYS[1]) or '0')
            if n >= tonumber(ARGV[1]) then return math.max(1, redis.call('PTTL', KEYS[1])) end
            redis.call('INCR', KEYS[1])
            if n == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
            return 0""";
    private static final String TAKE_DISTINCT = """
            if redis.call('SISMEMBER', KEYS[1], ARGV[3]) == 1 then return 0 end
            local n = redis.call('SCARD', KEYS[1])
            if n >= tonumber(ARGV[1]) then return math.max(1, redis.call('PTTL', KEYS[1])) end
            redis.call('SADD', KEYS[1], ARGV[3])
            if n == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
            return 0""";
    private static final String FULL = """
            if tonumber(redis.call('GET', KEYS[1]) or '0') < tonumber(ARGV[1]) then return 0 end
            return math.max(1, redis.call('PTTL', KEYS[1]))""";
    private static final String FULL_DISTINCT = """
            if redis.call('SCARD', KEYS[1]) < tonumber(ARGV[1]) then return 0 end
            if redis.call('SISMEMBER', KEYS[1], ARGV[2]) == 1 then return 0 end
            return math.max(1, redis.call('PTTL', KEYS[1]))""";
    private static final String UNRESERVE = """
            if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('HINCRBY', KEYS[1], 'count', -1) <= 0 then
              redis.call('DEL', KEYS[1])
            end
            return 0""";
    private static final String GIVE_BACK = """
            if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('DECR', KEYS[1]) <= 0 then redis.call('DEL', KEYS[1]) end
            return 0""";
    // Answers {0, wait, count}, {1, wait} or {2}.
    private static final String RESERVE = """
            local most, longest, window = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local count = tonumber(redis.call('HGET', KEYS[1], 'count') or '0')
            if count >= most then return {2, 0, count} end
            local wait = math.max(0, tonumber(redis.call('HGET', KEYS[1], 'next') or '0') - now)
            if wait > longest then return {1, wait, count} end
            count = count + 1
            local pause = ARGV[math.min(#ARGV, 3 + count)]
            redis.call('HSET', KEYS[1], 'count', count, 'next', now + wait + pause)
            redis.call('PEXPIRE', KEYS[1], window)
            return {0, wait, count}""";

    // Answers {count, wait}.
    private static final String LOOK = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local count = tonumber(redis.call('HGET', KEYS[1], 'count') or '0')
            return {count, math.max(0, tonumber(redis.call('HGET', KEYS[1], 'next') or '0') - now)}""";

    private final RedisConnection redis;

    RedisCounters(RedisConnection redis) {
        this.redis = redis;
    }

    @Override
    public Optional<Duration> take(String key, int most, Duration window) {
        return left(run(TAKE, key, Integer.toString(most), millis(window)));
    }

    @Override
    public Optional<Duration> takeDistinct(String key, String member, int most, Duration window) {
        return left(run(TAKE_DISTINCT, key, Integer.toString(most), millis(window), member));
    }

    @Override
    public Optional<Duration> full(String key, int most) {
        return left(run(FULL, key, Integer.toString(most)));
    }

    @Override
    public Optional<Duration> fullDistinct(String key, String member, int most) {
        return left(run(FULL_DISTINCT, key, Integer.toString(most), member));
    }

    @Override
    public Slot reserve(String key, Schedule schedule) {
        List<String> arguments = new ArrayList<>(
                List.of(Integer.toString(schedule.most()), millis(schedule.longestWait()), millis(schedule.window())));
        schedule.pauses().forEach(pause -> arguments.add(millis(pause)));
        List<Long> answer = redis.await(redis.commands().eval(RESERVE, ScriptOutputType.MULTI, new String[]{name(key)},
                arguments.toArray(String[]::new)));
        Duration wait = Duration.ofMillis(answer.get(1));
        return switch (answer.getFirst().intValue()) {
            case 0 -> new Slot.Granted(wait, answer.get(2).intValue());
            case 1 -> new Slot.Later(wait);
            default -> new Slot.Never();
        };
    }

    @Override
    public Tally look(String key) {
        List<Long> answer = redis.await(redis.commands().eval(LOOK, ScriptOutputType.MULTI, new String[]{name(key)}));
        return new Tally(answer.getFirst().intValue(), Duration.ofMillis(answer.get(1)));
    }

    @Override
    public void giveBack(String key) {
        run(GIVE_BACK, key);
    }

    @Override
    public void unreserve(String key) {
        run(UNRESERVE, key);
    }

    @Override
    public void clear(String key) {
        redis.await(redis.commands().del(name(key)));
    }

    @Override
    public void close() {
        redis.close();
    }

    private long run(String script, String key, String... arguments) {
        Long answer = redis.await(redis.commands().eval(script, ScriptOutputType.INTEGER, new String[]{name(key)}, arguments));
        return answer;
    }

    private static Optional<Duration> left(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    private static String name(String key) {
        return "gatehouse:throttle:" + key;
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
