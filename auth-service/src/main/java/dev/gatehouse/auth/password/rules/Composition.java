package dev.gatehouse.auth.password.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/// One character of each kind. Thread-safe.
final class Composition {

    private Composition() {}

    static List<PasswordRule> broken(String password) {
        List<PasswordRule> broken = new ArrayList<>();
        require(password, Character::isUpperCase, PasswordRule.UPPER, broken);
        require(password, Character::isLowerCase, PasswordRule.LOWER, broken);
        require(password, Character::isDigit, PasswordRule.DIGIT, broken);
        require(password, Composition::isSpecial, PasswordRule.SPECIAL, broken);
        return broken;
    }

    private static boolean isSpecial(int point) {
        return !Character.isLetterOrDigit(point) && !Character.isWhitespace(point) && !Character.isSpaceChar(point);
    }

    private static void require(String password, IntPredicate kind, PasswordRule rule, List<PasswordRule> broken) {
        if (password.codePoints().noneMatch(kind)) {
            broken.add(rule);
        }
    }
}
