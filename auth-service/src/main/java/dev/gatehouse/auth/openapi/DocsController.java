package dev.gatehouse.auth.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.request.Described;
import dev.gatehouse.auth.settings.Settings;

/// The description and the page, where they are switched on. The page loads nothing from elsewhere.
@RestController
class DocsController {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final ApiDescription description;
    private final boolean on;

    DocsController(ApiDescription description, Settings settings) {
        this.description = description;
        this.on = settings.apiDocs();
    }

    @Described("The description of this API")
    @GetMapping("/auth/openapi.json")
    Map<String, Object> document() {
        requireOn();
        return description.document();
    }

    @Described("A page to try the API")
    @GetMapping("/auth/docs")
    ResponseEntity<String> page() {
        return file("page.html", "text/html");
    }

    @Described("Part of the page")
    @GetMapping("/auth/docs/page.js")
    ResponseEntity<String> script() {
        return file("page.js", "text/javascript");
    }

    @Described("Part of the page")
    @GetMapping("/auth/docs/page.css")
    ResponseEntity<String> style() {
        return file("page.css", "text/css");
    }

    private ResponseEntity<String> file(String name, String type) {
        requireOn();
        try (InputStream in = Objects.requireNonNull(DocsController.class.getResourceAsStream("/openapi/" + name))) {
            return ResponseEntity.ok().contentType(MediaType.parseMediaType(type + ";charset=UTF-8"))
                    .header("Content-Security-Policy", POLICY).body(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void requireOn() {
        if (!on) {
            throw Problem.of(ProblemCode.ROUTE_NONE, "No endpoint has this path.").refusal();
        }
    }
}
