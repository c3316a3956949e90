package dev.gatehouse.gateway.bucket;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import dev.gatehouse.gateway.bucket.WindowBucket.Turn;

/// Takes tokens from the state that Bucket4j wrote, within Redis: one command, whoever else draws. Thread-safe, never blocks.
///
/// It subtracts, and nothing else. What it does not know (no state, one whose window has ended, one that another version of Bucket4j wrote) it
/// hands out as it is, for Bucket4j to judge.
final class DrawScript {

    /// So many octets of a state are its format and its configuration. Then come, big-endian, when the window began in nanoseconds since the epoch, the
    /// tokens left, and what does not concern us; the capacity is the second number of the configuration, the window's length its fourth.
    static final int HEAD = 71;

    // A negative number of tokens puts them back. Numbers of Lua have 53 bits: times are rounded to the millisecond that they are.
    private static final byte[] SCRIPT = """
            local state = redis.call('GET', KEYS[1])
            if ARGV[4] and (state or '') == ARGV[4] then
              redis.call('SET', KEYS[1], ARGV[5], 'PX', ARGV[6])
              return {}
            end
            if not state then return {''} end
            if #state ~= 107 or string.sub(state, 1, 71) ~= ARGV[3] then return {state} end
            local function number(at)
              local value = 0
              for i = at, at + 7 do value = value * 256 + string.byte(state, i) end
              return value
            end
            local function millis(at) return math.floor(number(at) / 1000000 + 0.5) end
            local capacity, every, begun, left = number(17), millis(33), millis(72), number(80)
            if tonumber(ARGV[1]) - begun >= every or left > capacity then return {state} end
            local taken = math.max(math.min(tonumber(ARGV[2]), left), left - capacity)
            left = left - taken
            if taken ~= 0 then
              local octets, rest = '', left
              for i = 1, 8 do
                octets = string.char(rest % 256) .. octets
                rest = math.floor(rest / 256)
              end
              redis.call('SETRANGE', KEYS[1], 79, octets)
            end
            return {taken, left, begun}
            """.getBytes(StandardCharsets.UTF_8);

    private final RedisClusterAsyncCommands<byte[], byte[]> redis;
    private final String digest;

    DrawScript(RedisClusterAsyncCommands<byte[], byte[]> redis) {
        this.redis = redis;
        digest = redis.digest(SCRIPT);
    }

    /// Takes as many of `tokens` as there are. Answers with what was taken, what is left and when the window began in milliseconds since the epoch; or with
    /// the state alone, of no octets if there is none.
    CompletionStage<List<Object>> draw(WindowBucket bucket, byte[] key, long now, long tokens) {
        return run(key, number(now), number(tokens), bucket.head());
    }

    /// Replaces a state, if it is still the one that was seen, and answers with nothing; else draws.
    CompletionStage<List<Object>> turnOrDraw(WindowBucket bucket, byte[] key, long now, long tokens, byte[] seen, Turn turn) {
        return run(key, number(now), number(tokens), bucket.head(), seen, turn.state(), number(turn.lifeMillis()));
    }

    private CompletionStage<List<Object>> run(byte[] key, byte[]... arguments) {
        byte[][] keys = {key};
        return redis.<List<Object>>evalsha(digest, ScriptOutputType.MULTI, keys, arguments).exceptionallyCompose(
                failure -> isUnknown(failure)
                        ? redis.eval(SCRIPT, ScriptOutputType.MULTI, keys, arguments)
                        : CompletableFuture.failedStage(failure));
    }

    /// Whether Redis has been restarted since it heard the script, or is another one.
    private static boolean isUnknown(Throwable failure) {
        return failure instanceof RedisNoScriptException
                || (failure instanceof CompletionException && failure.getCause() instanceof RedisNoScriptException);
    }

    private static byte[] number(long value) {
        return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }
}
