package dev.gatehouse.gateway.authorization;

import java.math.BigDecimal;
import java.math.BigInteger;

import org.jspecify.annotations.Nullable;

/// A value that a claim is compared with: equal only in the same JSON type, `7` is not `"7"`. Immutable.
public sealed interface ClaimValue {

    /// Whether a claim's value, as the JSON reader gives it, is this one; one of another JSON type tells nothing.
    Truth judge(@Nullable Object claim);

    /// A string, compared letter by letter.
    record Text(String value) implements ClaimValue {
        @Override
        public Truth judge(@Nullable Object claim) {
            return claim instanceof String text ? Truth.of(text.equals(value)) : Truth.UNKNOWN;
        }

        /// The text in quotes.
        @Override
        public String toString() {
            return '"' + value + '"';
        }
    }

    /// A number, compared by value: `1` is `1.0`.
    record Numeric(BigDecimal value) implements ClaimValue {
        /// Keeps one form of each value.
        public Numeric {
            value = value.stripTrailingZeros();
        }

        @Override
        public Truth judge(@Nullable Object claim) {
            return switch (claim) {
                case Integer whole -> Truth.of(value.compareTo(BigDecimal.valueOf(whole)) == 0);
                case Long whole -> Truth.of(value.compareTo(BigDecimal.valueOf(whole)) == 0);
                case BigInteger whole -> Truth.of(value.compareTo(new BigDecimal(whole)) == 0);
                case Double part -> Truth.of(value.doubleValue() == part);
                case null, default -> Truth.UNKNOWN;
            };
        }

        @Override
        public String toString() {
            return value.toPlainString();
        }
    }

    /// True or false.
    record Flag(boolean value) implements ClaimValue {
        @Override
        public Truth judge(@Nullable Object claim) {
            return claim instanceof Boolean flag ? Truth.of(flag == value) : Truth.UNKNOWN;
        }

        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }
}
