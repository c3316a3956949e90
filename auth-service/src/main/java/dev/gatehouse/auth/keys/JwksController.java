package dev.gatehouse.auth.keys;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.request.ClientAddress;
import dev.gatehouse.auth.request.Described;

@RestController
class JwksController {

    private static final Duration FRESH = Duration.ofMinutes(15);

    private final SigningKeys keys;
    private final JwksReaders readers;
    private final ClientAddress clientAddress;

    JwksController(SigningKeys keys, JwksReaders readers, ClientAddress clientAddress) {
        this.keys = keys;
        this.readers = readers;
        this.clientAddress = clientAddress;
    }

    @Described("The public keys")
    @GetMapping("/.well-known/jwks.json")
    ResponseEntity<Map<String, Object>> jwks(HttpServletRequest request) {
        Map<String, Object> published = keys.published().toJSONObject();
        String agent = Objects.requireNonNullElse(request.getHeader(HttpHeaders.USER_AGENT), "");
        readers.note(clientAddress.of(request), agent, !clientAddress.isForwarded(request), keys.nextKid().orElse(""));
        return ResponseEntity.ok().cacheControl(CacheControl.maxAge(FRESH).cachePublic()).body(published);
    }
}
