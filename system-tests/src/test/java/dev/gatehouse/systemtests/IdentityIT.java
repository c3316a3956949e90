package dev.gatehouse.systemtests;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;

import dev.gatehouse.systemtests.harness.Account;
import dev.gatehouse.systemtests.harness.Client;
import dev.gatehouse.systemtests.harness.Gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

/// What a backend is told about its caller.
class IdentityIT {

    private final Client client = Gatehouse.shared().first().client();

    @Test
    void backendSeesTheCallerAloneWhateverTheClientForges() throws IOException {
        Account.Tokens alice = Account.signUp(client);

        String answer = client.raw("""
                GET /api/hello HTTP/1.1\r
                Host: localhost:%d\r
                Authorization: Bearer %s\r
                X-User-Id: root-by-header\r
                x_user_id: root-by-header\r
                X.User.Id: root-by-header\r
                X-User-Roles: admin\r
                Connection: close, X-User-Id\r
                \r
                """.formatted(client.port(), alice.access()));

        assertThat(answer).startsWith("HTTP/1.1 200").doesNotContain("root-by-header");
        assertThat(identities(answer)).containsExactly(alice.account().id());
    }

    // From `"X-user-id": ["…"]` lines, whatever a backend would fold to that name.
    private static List<String> identities(String answer) {
        List<String> values = new ArrayList<>();
        for (String line : answer.lines().toList()) {
            int colon = line.indexOf("\":");
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "").equals("xuserid")) {
                for (String value : line.substring(colon + 2).split(",", -1)) {
                    if (!value.isBlank()) {
                        values.add(value.replaceAll("[\\[\\]\" ]", ""));
                    }
                }
            }
        }
        return values;
    }
}
