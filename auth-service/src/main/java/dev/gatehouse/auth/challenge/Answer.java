package dev.gatehouse.auth.challenge;

import java.util.List;
import java.util.Objects;

import jakarta.servlet.http.HttpServletRequest;

import dev.gatehouse.auth.mfa.Method;
import dev.gatehouse.auth.mfa.Method.Given;
import dev.gatehouse.auth.request.Fields;
import dev.gatehouse.auth.request.JsonBody;

/// What somebody sends who answers a challenge.
///
/// @param challenge its token, as it came
/// @param given the code
public record Answer(String challenge, Given given) {

    /// {@return the answer}
    ///
    /// @param request whose body it is
    /// @throws dev.gatehouse.auth.problem.Refusal where there is none
    public static Answer read(HttpServletRequest request) {
        Fields fields = JsonBody.read(request, List.of("challenge", "method", "code"));
        String challenge = fields.required("challenge", text -> text);
        Method method = fields.required("method", Method::of);
        String code = fields.required("code", Given::code);
        fields.check();
        return new Answer(Objects.requireNonNull(challenge),
                new Given(Objects.requireNonNull(method), Objects.requireNonNull(code)));
    }

    @Override
    public String toString() {
        return given.toString();
    }
}
