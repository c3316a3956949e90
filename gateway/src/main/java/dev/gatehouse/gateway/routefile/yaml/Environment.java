package dev.gatehouse.gateway.routefile.yaml;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// Puts variables of the environment into values: `${NAME}` and `${NAME:default}`, once, and nothing else. What a variable or a default holds is
/// never looked into again.
final class Environment {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::([^{}]*))?}");

    private final Function<String, @Nullable String> variables;
    private final Problems problems;

    Environment(Function<String, @Nullable String> variables, Problems problems) {
        this.variables = variables;
        this.problems = problems;
    }

    /// The text with its variables in place; a variable that is not set and has no default is a problem.
    String resolve(String text, Position at) {
        if (text.contains("#{")) {
            problems.add(at, "#{ (expected: no expressions; they are never evaluated)");
        }
        if (!text.contains("${")) {
            return text;
        }
        Matcher variable = VARIABLE.matcher(text);
        StringBuilder resolved = new StringBuilder();
        int done = 0;
        while (variable.find()) {
            refuseRemains(text.substring(done, variable.start()), at);
            resolved.append(text, done, variable.start()).append(value(variable.group(1), variable.group(2), at));
            done = variable.end();
        }
        refuseRemains(text.substring(done), at);
        return resolved.append(text, done, text.length()).toString();
    }

    private String value(String name, @Nullable String fallback, Position at) {
        String value = variables.apply(name);
        if (value != null && !value.isEmpty()) {
            return value;
        }
        if (fallback == null) {
            problems.add(at, "${" + name + "} is not set (expected: a variable " + name + " in the environment, or a default: ${"
                    + name + ":default})");
            return "";
        }
        return fallback;
    }

    private void refuseRemains(String text, Position at) {
        if (text.contains("${")) {
            problems.add(at, "${ (expected: ${NAME} or ${NAME:default}, not nested)");
        }
    }
}
