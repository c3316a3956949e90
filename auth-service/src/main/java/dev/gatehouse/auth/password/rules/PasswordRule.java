package dev.gatehouse.auth.password.rules;

import java.util.List;
import java.util.Optional;

import dev.gatehouse.auth.problem.FieldError;
import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.Refusal;

/// The rules that a new password can break. The names are stable, texts may change.
public enum PasswordRule {
    /// Anybody tries it first.
    COMMON("password.common", "is one of the most common passwords"),
    /// It is made of the name or the address it belongs to.
    SIMILAR("password.similar", "is too similar to the username or the e-mail address"),
    /// A program guesses it soon.
    GUESSABLE("password.guessable", "is too easy to guess; more words or characters help"),
    /// It stands in a list of passwords that were stolen elsewhere.
    BREACHED("password.breached", "stands in a list of stolen passwords"),
    /// Composition only.
    UPPER("password.upper", "has no upper-case letter"),
    /// Composition only.
    LOWER("password.lower", "has no lower-case letter"),
    /// Composition only.
    DIGIT("password.digit", "has no digit"),
    /// Composition only.
    SPECIAL("password.special", "has no special character, such as ! or #");

    private final String code;
    private final String detail;

    PasswordRule(String code, String detail) {
        this.code = code;
        this.detail = detail;
    }

    /// {@return what to throw at somebody whose new password breaks rules: each of them, at the field}
    ///
    /// @param pointer to the field with the password
    /// @param broken at least one rule
    public static Refusal refusal(String pointer, List<PasswordRule> broken) {
        return Problem.malformed(
                broken.stream().map(rule -> new FieldError(pointer, rule.detail, Optional.of(rule.code))).toList())
                .refusal();
    }

    /// {@return its name for programs}
    public String code() {
        return code;
    }

    /// {@return what is wrong, as a part of a sentence that begins with the field}
    public String detail() {
        return detail;
    }
}
