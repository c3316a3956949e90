package dev.gatehouse.gateway.settings;

import java.util.List;

/// Settings that the gateway cannot start with; one sentence each, with the setting's name, never with a secret's value.
public final class InvalidSettingsException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    /// One sentence for each problem.
    public InvalidSettingsException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /// The sentences, in the order of the settings.
    public List<String> problems() {
        return problems;
    }
}
