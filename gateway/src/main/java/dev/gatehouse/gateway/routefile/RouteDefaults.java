package dev.gatehouse.gateway.routefile;

import java.util.Optional;

import dev.gatehouse.gateway.resilience.Protection;
import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Problems;

/// What holds for routes that do not say it themselves. The keys under `defaults` and the same keys of a route are read by the same code.
final class RouteDefaults {

    private RouteDefaults() {}

    static Protection read(Fields file, Problems problems) {
        Optional<Fields> defaults = file.node("defaults").flatMap(node -> Fields.of(node, problems, RoutesSchema.DEFAULTS));
        return defaults.map(fields -> protection(fields, Protection.DEFAULT)).orElse(Protection.DEFAULT);
    }

    static Protection protection(Fields fields, Protection otherwise) {
        if (!fields.has("timeout") && !fields.has("retries") && !fields.has("max-body")) {
            return otherwise;
        }
        return new Protection(fields.text("timeout", Quantities::timeout).orElse(otherwise.timeout()),
                fields.text("retries", Texts::retries).orElse(otherwise.retries()),
                fields.text("max-body", Quantities::bodySize).orElse(otherwise.maxBody()));
    }
}
