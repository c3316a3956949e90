package dev.gatehouse.devservices.up;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.ServiceStartException;

/// The ports this system listens on.
///
/// @param numbers one for every port
record Ports(Map<Port, Integer> numbers) {

    /// Checks and copies.
    Ports {
        numbers = Map.copyOf(numbers);
        if (numbers.size() != Port.values().length) {
            throw new IllegalArgumentException("numbers: " + numbers.keySet() + " (expected: all ports)");
        }
    }

    /// What the environment says, or the presets. Refuses in one line what is no port.
    static Ports from(Map<String, String> environment) {
        Map<Port, Integer> numbers = new EnumMap<>(Port.class);
        List<String> wrong = new ArrayList<>();
        for (Port port : Port.values()) {
            String text = environment.getOrDefault(port.variable(), "");
            if (text.isEmpty()) {
                numbers.put(port, port.preset());
            } else if (text.matches("[1-9]\\d{0,4}") && Integer.parseInt(text) <= 65_535) {
                numbers.put(port, Integer.parseInt(text));
            } else {
                wrong.add("%s: %s (expected: a port, 1 to 65535)".formatted(port.variable(), text));
            }
        }
        if (!wrong.isEmpty()) {
            throw new ServiceStartException(String.join("; ", wrong));
        }
        return new Ports(numbers);
    }

    int of(Port port) {
        return Objects.requireNonNull(numbers.get(port));
    }

    /// Refuses, in one line, ports that other programs listen on.
    void requireFree() {
        String busy = numbers.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .filter(entry -> !FreePorts.isFree(entry.getValue())).map(entry -> "port %d (%s; %s moves it)"
                        .formatted(entry.getValue(), entry.getKey().owner(), entry.getKey().variable()))
                .collect(Collectors.joining("; "));
        if (!busy.isEmpty()) {
            throw new ServiceStartException("in use by another program: " + busy);
        }
    }

    /// The ports as variables for a child's environment.
    Map<String, String> asEnvironment() {
        return numbers.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().variable(), entry -> entry.getValue().toString()));
    }
}
