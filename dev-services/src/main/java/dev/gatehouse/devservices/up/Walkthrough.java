package dev.gatehouse.devservices.up;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// What people read when everything runs: commands to paste, addresses, and the last line that says so.
final class Walkthrough {

    private Walkthrough() {}

    static String text(Installation installation) {
        try (InputStream template = Walkthrough.class.getResourceAsStream("walkthrough.txt")) {
            return new String(Objects.requireNonNull(template).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("{url}", installation.publicUrl()).replace("{routes}", installation.routes())
                    .replace("{logs}", installation.home().logs().toString())
                    .concat("Gatehouse is up: " + installation.publicUrl() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
