package dev.gatehouse.systemtests.harness;

import java.util.Map;
import java.util.UUID;

/// Somebody who has registered.
///
/// @param id as the auth service named it
/// @param username fresh for every account
/// @param password of it
public record Account(String id, String username, String password) {

    /// Registers somebody new.
    public static Account register(Client client) {
        String username = "u_" + UUID.randomUUID().toString().replace("-", "");
        String password = "correct horse " + username;
        Answer answer = client.post("/auth/register",
                Map.of("username", username, "email", username + "@example.com", "password", password));
        require(answer, 201);
        return new Account(answer.text("id"), username, password);
    }

    /// Registers somebody new and signs them in.
    public static Tokens signUp(Client client) {
        return register(client).signIn(client);
    }

    /// The same with another password.
    public Account with(String other) {
        return new Account(id, username, other);
    }

    /// The address it was registered with.
    public String email() {
        return username + "@example.com";
    }

    /// What to send to sign in.
    public Map<String, String> credentials() {
        return Map.of("username", username, "password", password);
    }

    /// Begins a session.
    public Tokens signIn(Client client) {
        return Tokens.of(this, require(client.post("/auth/login", credentials()), 200));
    }

    private static Answer require(Answer answer, int status) {
        if (answer.status() != status) {
            throw new AssertionError("expected " + status + " but got " + answer);
        }
        return answer;
    }

    /// What a session gave.
    ///
    /// @param account whose
    /// @param access token for the gateway
    /// @param refresh token for more of them
    public record Tokens(Account account, String access, String refresh) {

        static Tokens of(Account account, Answer answer) {
            return new Tokens(account, answer.text("access_token"), answer.text("refresh_token"));
        }

        /// The next tokens of this session.
        public Tokens renew(Client client) {
            return of(account, require(client.post("/auth/refresh", Map.of("refresh_token", refresh)), 200));
        }
    }
}
