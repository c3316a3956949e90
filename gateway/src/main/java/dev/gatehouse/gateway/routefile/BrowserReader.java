package dev.gatehouse.gateway.routefile;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.gatehouse.gateway.browser.BrowserPolicy;
import dev.gatehouse.gateway.browser.Cors;
import dev.gatehouse.gateway.browser.Origins;
import dev.gatehouse.gateway.browser.SecurityProfile;
import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Problems;

/// Reads `cors` and `security-headers` of a route.
final class BrowserReader {

    private static final Duration MAX_AGE = Duration.ofMinutes(10);

    private final Problems problems;

    BrowserReader(Problems problems) {
        this.problems = problems;
    }

    BrowserPolicy policy(Fields route) {
        if (!route.has("cors") && !route.has("security-headers")) {
            return BrowserPolicy.NONE;
        }
        Optional<Cors> cors = route.node("cors").flatMap(node -> Fields.of(node, problems, RoutesSchema.CORS))
                .flatMap(this::cors);
        SecurityProfile security = route.text("security-headers", BrowserReader::profile).orElse(SecurityProfile.NONE);
        return new BrowserPolicy(cors, security);
    }

    private Optional<Cors> cors(Fields fields) {
        Optional<List<String>> origins = fields.texts("origins", Origins::parse);
        Set<String> methods = fields.texts("methods", Texts::method).<Set<String>>map(HashSet::new).orElse(Cors.DEFAULT_METHODS);
        Set<String> headers = fields.texts("headers", Texts::fieldName).<Set<String>>map(HashSet::new)
                .orElse(Cors.DEFAULT_HEADERS);
        List<String> expose = fields.texts("expose", Texts::fieldName).orElse(List.of());
        boolean credentials = fields.flag("credentials").orElse(false);
        Duration maxAge = fields.text("max-age", Quantities::corsAge).orElse(MAX_AGE);
        return origins.map(exact -> new Cors(new HashSet<>(exact), methods, headers, expose, credentials, maxAge));
    }

    private static SecurityProfile profile(String text) {
        return switch (text) {
            case "none" -> SecurityProfile.NONE;
            case "api" -> SecurityProfile.API;
            case "page" -> SecurityProfile.PAGE;
            default -> throw new IllegalArgumentException("none, api or page");
        };
    }
}
