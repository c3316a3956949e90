package dev.gatehouse.auth.request;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What the API's description says of an endpoint that its signature does not.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Described {

    /// {@return what it does, in a few words}
    String value();

    /// {@return the names of the body's members, which are strings, or with `[]` behind it lists of strings; with `?` behind it where it
    /// may be left out}
    String[] body() default {};

    /// {@return the names of what may stand in the query}
    String[] query() default {};

    /// {@return the names of header fields that are read; with `?` behind it where it may be left out}
    String[] headers() default {};

    /// {@return the names of header fields that every success has}
    String[] tells() default {};

    /// {@return whether the body as a whole may be left out}
    boolean bodyOptional() default false;

    /// {@return the status of success; 0: 204 where there is no body, else 200}
    int status() default 0;

    /// {@return further statuses that have the same body}
    int[] alike() default {};
}
