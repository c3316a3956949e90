package dev.gatehouse.auth.admin.key;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.admin.Admin;
import dev.gatehouse.auth.admin.AdminScope;
import dev.gatehouse.auth.admin.Audited;
import dev.gatehouse.auth.admin.Requires;
import dev.gatehouse.auth.events.Event;
import dev.gatehouse.auth.events.EventType;
import dev.gatehouse.auth.keys.JwksReaders;
import dev.gatehouse.auth.keys.SigningKeyStore;
import dev.gatehouse.auth.keys.SigningKeys;
import dev.gatehouse.auth.keys.rotation.KeyList;
import dev.gatehouse.auth.keys.rotation.KeyRotation;
import dev.gatehouse.auth.problem.FieldError;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.request.JsonBody;

@RestController
class KeysController {

    private final KeyList list;
    private final KeyRotation rotation;
    private final SigningKeys keys;
    private final SigningKeyStore store;
    private final Audited audited;

    KeysController(KeyList list, KeyRotation rotation, SigningKeys keys, SigningKeyStore store, Audited audited) {
        this.list = list;
        this.rotation = rotation;
        this.keys = keys;
        this.store = store;
        this.audited = audited;
    }

    @Described("The signing keys, and who has read them")
    @GetMapping("/auth/admin/keys")
    KeysView show(@Requires(AdminScope.KEYS_WRITE) Admin admin) {
        return audited.read(admin, Event.of(EventType.ADMIN_KEYS_READ), this::view);
    }

    @Described(value = "Lets the next key sign, or replaces compromised ones", body = "reason?", bodyOptional = true)
    @PostMapping("/auth/admin/keys/rotate")
    KeysView rotate(HttpServletRequest request, @Requires(value = AdminScope.KEYS_WRITE, recent = true) Admin admin) {
        Optional<String> reason = JsonBody.readIfPresent(request, List.of("reason"))
                .flatMap(fields -> fields.optionalText("reason"));
        if (reason.filter(word -> !word.equals("compromised")).isPresent()) {
            throw Problem.malformed(List.of(new FieldError("/reason", "is unknown; expected compromised, or nothing"))).refusal();
        }
        audited.change(admin, AdminScope.KEYS_WRITE,
                Event.of(EventType.ADMIN_KEYS_CHANGED).with("what", reason.orElse("rotate")),
                () -> change(admin, reason.isPresent()));
        keys.reload();
        return view();
    }

    private void change(Admin admin, boolean compromised) {
        if (compromised) {
            rotation.replaceCompromised(Optional.of(admin.id()));
        } else {
            rotation.rotate(Optional.of(admin.id())).ifPresent(this::refuseUntil);
        }
    }

    private void refuseUntil(Instant notBefore) {
        throw Problem.passing(ProblemCode.KEY_NOT_READY, "The next key has not been published for long enough.",
                Duration.between(store.now(), notBefore)).refusal();
    }

    private KeysView view() {
        return new KeysView(
                list.keys().stream()
                        .map(key -> new KeyView(key.kid(), key.algorithm(), key.state().stored(), key.since(), key.until()))
                        .toList(),
                list.readers().stream().map(ReaderView::of).toList());
    }

    /// All of it.
    record KeysView(List<KeyView> keys, List<ReaderView> readers) {}

    /// A key; `until` is when it moves on by itself.
    record KeyView(String kid, String algorithm, String state, Instant since, Optional<Instant> until) {}

    /// A program that has read the public keys; `direct` where not through a gateway.
    record ReaderView(String address, @JsonProperty("user_agent") String userAgent, boolean direct,
            @JsonProperty("seen_at") Instant seenAt, @JsonProperty("knows_next") boolean knowsNext) {

        static ReaderView of(JwksReaders.Reader reader) {
            return new ReaderView(reader.address(), reader.agent(), reader.isDirect(), reader.seenAt(), reader.knowsNext());
        }
    }
}
