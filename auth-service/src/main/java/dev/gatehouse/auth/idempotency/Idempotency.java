package dev.gatehouse.auth.idempotency;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

import dev.gatehouse.auth.problem.FieldError;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.request.JsonBody;
import dev.gatehouse.auth.sealing.Sealer;
import dev.gatehouse.auth.settings.Settings;

/// Makes a call once for each `Idempotency-Key` and tells its answer again for a day. Only answers of calls that succeeded are kept: what was
/// refused may be mended and sent again. Nothing readable is: the key and the request are HMACs, the answer is sealed. Blocks;
/// thread-safe, also across instances.
@Component
public final class Idempotency {

    private static final String MAC = "HmacSHA256";
    private static final String HEADER = "Idempotency-Key";
    private static final String REPLAYED = "Idempotency-Replayed";
    // A string of structured fields (RFC 9651), or the same without quotes, as many clients send it.
    private static final Pattern KEY = Pattern.compile("\"([A-Za-z0-9_.:-]{16,64})\"|([A-Za-z0-9_.:-]{16,64})");
    private static final List<String> KEPT = List.of(HttpHeaders.LOCATION, HttpHeaders.ETAG);

    private final IdempotencyStore store;
    private final Sealer sealer;
    private final JsonMapper json;
    private final SecretKeySpec key;

    Idempotency(IdempotencyStore store, Sealer sealer, JsonMapper json, Settings settings) {
        this.store = store;
        this.sealer = sealer;
        this.json = json;
        this.key = new SecretKeySpec(
                mac(new SecretKeySpec(settings.keys().encryption().current().reveal(), MAC),
                        "gatehouse idempotency".getBytes(StandardCharsets.UTF_8)),
                MAC);
    }

    /// {@return the answer, of this call or of the first one with its key}
    ///
    /// @param request whose body was read
    /// @param caller whose keys are meant; empty for everybody who is not signed in
    /// @param type of the answer's body
    /// @param call to be made once; what it throws is not kept
    /// @param <T> of the answer's body
    /// @throws dev.gatehouse.auth.problem.Refusal with 400 where the key cannot be read, 409 while the first call is in flight, 422 where the
    ///         key was used for another request
    public <T> ResponseEntity<T> once(HttpServletRequest request, String caller, Class<T> type,
            Supplier<ResponseEntity<T>> call) {
        Optional<String> given = keyOf(request);
        if (given.isEmpty()) {
            return call.get();
        }
        String id = hex(mac(key, (caller + '\n' + given.get()).getBytes(StandardCharsets.UTF_8)));
        String fingerprint = fingerprint(request);
        Optional<Timestamp> begun = store.begin(id, fingerprint);
        return begun.isPresent() ? first(id, begun.get(), call) : again(id, fingerprint, type);
    }

    /// {@return whether nothing was done for the answer, because it had been before}
    ///
    /// @param answer of [#once]
    public static boolean isReplayed(ResponseEntity<?> answer) {
        return answer.getHeaders().containsHeader(REPLAYED);
    }

    private <T> ResponseEntity<T> first(String id, Timestamp begun, Supplier<ResponseEntity<T>> call) {
        boolean done = false;
        try {
            ResponseEntity<T> answer = call.get();
            store.finish(id, begun, sealer.seal(json.writeValueAsBytes(kept(answer)), purpose(id)));
            done = true;
            return answer;
        } finally {
            if (!done) {
                store.forget(id, begun);
            }
        }
    }

    private <T> ResponseEntity<T> again(String id, String fingerprint, Class<T> type) {
        Optional<IdempotencyStore.Known> known = store.find(id);
        if (known.isPresent() && !known.get().fingerprint().equals(fingerprint)) {
            throw Problem.of(ProblemCode.IDEMPOTENCY_MISMATCH, "Choose another key for another request.").refusal();
        }
        Kept kept = known.flatMap(IdempotencyStore.Known::answer).flatMap(sealed -> sealer.open(sealed, purpose(id)))
                .map(plain -> json.readValue(plain, Kept.class))
                .orElseThrow(() -> Problem.passing(ProblemCode.IDEMPOTENCY_IN_FLIGHT,
                        "The first request with this key has no answer yet.", Duration.ofSeconds(1)).refusal());
        HttpHeaders headers = new HttpHeaders();
        kept.headers().forEach(headers::set);
        headers.set(REPLAYED, "true");
        return ResponseEntity.status(kept.status()).headers(headers).body(json.readValue(kept.body(), type));
    }

    private Kept kept(ResponseEntity<?> answer) {
        Map<String, String> headers = new HashMap<>();
        KEPT.forEach(
                name -> Optional.ofNullable(answer.getHeaders().getFirst(name)).ifPresent(value -> headers.put(name, value)));
        return new Kept(answer.getStatusCode().value(), headers, json.writeValueAsString(answer.getBody()));
    }

    private static Optional<String> keyOf(HttpServletRequest request) {
        List<String> lines = Collections.list(request.getHeaders(HEADER));
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = KEY.matcher(lines.getFirst().strip());
        if (lines.size() > 1 || !matcher.matches()) {
            throw Problem.malformed(
                    List.of(new FieldError("", "The Idempotency-Key header is not one string of 16 to 64 letters, digits,"
                            + " _ . : and -, such as a UUID")))
                    .refusal();
        }
        return Optional.of(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }

    private String fingerprint(HttpServletRequest request) {
        byte[] line = (request.getMethod() + ' ' + request.getRequestURI() + '\n').getBytes(StandardCharsets.UTF_8);
        byte[] body = JsonBody.of(request);
        byte[] whole = new byte[line.length + body.length];
        System.arraycopy(line, 0, whole, 0, line.length);
        System.arraycopy(body, 0, whole, line.length, body.length);
        return hex(mac(key, whole));
    }

    private static String purpose(String id) {
        return "idempotency:" + id;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] mac(SecretKeySpec key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return mac.doFinal(text);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has " + MAC, missing);
        }
    }

    /// An answer that is told again.
    record Kept(int status, Map<String, String> headers, String body) {}
}
