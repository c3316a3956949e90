package dev.gatehouse.gateway.routefile;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import dev.gatehouse.gateway.authorization.Access;
import dev.gatehouse.gateway.authorization.ClaimValue;
import dev.gatehouse.gateway.authorization.Combination;
import dev.gatehouse.gateway.authorization.Condition;
import dev.gatehouse.gateway.authorization.Names;
import dev.gatehouse.gateway.authorization.StepUp;
import dev.gatehouse.gateway.certificate.CertificateName;
import dev.gatehouse.gateway.routefile.yaml.Fields;
import dev.gatehouse.gateway.routefile.yaml.Problems;
import dev.gatehouse.gateway.routefile.yaml.YamlNode;

/// Reads `access`. Used for one route.
final class AccessReader {

    private static final String EXPECTED = "public, optional, signed-in, client-certificate, { roles: [name] }, { scopes: [name] } or another condition";
    private static final String CERTIFICATE = "client-certificate";
    private static final String CONDITION = "one condition; several go under all or any";

    private final Problems problems;
    private int size;

    AccessReader(Problems problems) {
        this.problems = problems;
    }

    Optional<Access> access(Fields route) {
        Optional<YamlNode> node = route.node("access");
        if (node.isPresent() && node.get() instanceof YamlNode.Mapping map) {
            return map.entries().containsKey(CERTIFICATE) ? certified(map) : condition(map, 1).map(Access.Rule::new);
        }
        return route.text("access", AccessReader::word);
    }

    private Optional<Access> certified(YamlNode.Mapping map) {
        Fields fields = new Fields(map, problems, RoutesSchema.CERTIFIED);
        return fields.texts(CERTIFICATE, CertificateName::parse).map(Access.Certified::new);
    }

    /// A condition that stands alone.
    Optional<Condition> condition(YamlNode node) {
        return condition(node, 1);
    }

    private static Access word(String text) {
        return switch (text) {
            case "public" -> new Access.Public();
            case "optional" -> new Access.Anyone();
            case "signed-in" -> new Access.SignedIn();
            case CERTIFICATE -> new Access.Certified(List.of());
            default -> throw new IllegalArgumentException(EXPECTED);
        };
    }

    private Optional<Condition> condition(YamlNode node, int depth) {
        if (depth > Condition.MAX_DEPTH || ++size > Condition.MAX_SIZE) {
            refuseLarge(node, depth);
            return Optional.empty();
        }
        return Fields.of(node, problems, RoutesSchema.CONDITION).flatMap(fields -> condition(fields, depth));
    }

    private void refuseLarge(YamlNode node, int depth) {
        if (depth > Condition.MAX_DEPTH) {
            problems.add(node.at(), "nested too deep (expected: at most " + Condition.MAX_DEPTH + " conditions in each other)");
        } else if (size == Condition.MAX_SIZE + 1) {
            problems.add(node.at(), "one condition too many (expected: at most " + Condition.MAX_SIZE + " in a rule)");
        }
    }

    private Optional<Condition> condition(Fields fields, int depth) {
        List<String> keys = fields.keys();
        boolean claim = keys.contains("claim");
        boolean compared = keys.contains("is") != keys.contains("in");
        if (keys.size() != (claim ? 2 : 1) || claim != compared) {
            problems.add(fields.at(), shown(keys) + " (expected: " + (claim || compared
                    ? "claim with is or in"
                    : CONDITION) + ")");
            return Optional.empty();
        }
        return switch (claim ? "claim" : keys.getFirst()) {
            case "roles" -> fields.texts("roles", Texts::role).map(names -> new Condition.Roles(Names.of(names)));
            case "scopes" -> fields.texts("scopes", Texts::scope).map(names -> new Condition.Scopes(Names.of(names)));
            case "claim" -> claim(fields);
            case "all" -> conditions(fields, "all", depth, Combination.All::new);
            case "any" -> conditions(fields, "any", depth, Combination.Any::new);
            case "not" -> fields.node("not").flatMap(node -> not(node, depth));
            case "acr" -> fields.texts("acr", Texts::acr).map(StepUp.Acr::new);
            case "max-age" -> fields.text("max-age", Quantities::maxAge).map((Duration age) -> new StepUp.MaxAge(age));
            default -> Optional.empty(); // unknown, which is a problem already
        };
    }

    private static String shown(List<String> keys) {
        return keys.isEmpty() ? "empty" : String.join(" and ", keys.subList(0, Math.min(keys.size(), 4)));
    }

    private Optional<Condition> claim(Fields fields) {
        Optional<String> name = fields.text("claim", Texts::nonEmpty);
        List<YamlNode> nodes = fields.node("is").map(List::of).orElseGet(() -> fields.items("in"));
        List<ClaimValue> values = new ArrayList<>();
        nodes.forEach(node -> value(node).ifPresent(values::add));
        if (fields.node("in").orElse(null) instanceof YamlNode.Sequence && nodes.isEmpty()) {
            problems.add(fields.at("in"), "empty (expected: at least one value)");
        }
        return values.isEmpty() || values.size() < nodes.size()
                ? Optional.empty()
                : name.map(text -> new Condition.Claim(text, values));
    }

    private Optional<ClaimValue> value(YamlNode node) {
        Object value = node instanceof YamlNode.Text text ? text.json().orElse(node) : node;
        return switch (value) {
            case String text -> Optional.of(new ClaimValue.Text(text));
            case BigDecimal number -> Optional.of(new ClaimValue.Numeric(number));
            case Boolean flag -> Optional.of(new ClaimValue.Flag(flag));
            default -> {
                problems.expected(node, "a text, a number such as 7 or 1.5, true or false");
                yield Optional.empty();
            }
        };
    }

    private Optional<Condition> conditions(Fields fields, String key, int depth, Function<List<Condition>, Condition> combined) {
        List<YamlNode> nodes = fields.items(key);
        List<Condition> conditions = new ArrayList<>();
        nodes.forEach(node -> condition(node, depth + 1).ifPresent(conditions::add));
        if (nodes.isEmpty() && fields.node(key).orElse(null) instanceof YamlNode.Sequence list) {
            problems.add(list.at(), "empty (expected: at least one condition)");
        }
        return conditions.isEmpty() || conditions.size() < nodes.size()
                ? Optional.empty()
                : Optional.of(combined.apply(conditions));
    }

    private Optional<Condition> not(YamlNode node, int depth) {
        return condition(node, depth + 1).flatMap(condition -> {
            if (condition.asksForStepUp()) {
                problems.add(node.at(), "the opposite of " + condition.describe()
                        + " (expected: no acr and no max-age below not; nobody is asked to sign in worse)");
                return Optional.empty();
            }
            return Optional.of(new Combination.Not(condition));
        });
    }
}
