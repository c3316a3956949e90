package dev.gatehouse.auth.admin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What an [Admin] has to be allowed to do.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Requires {

    /// {@return which}
    AdminScope value();

    /// {@return whether the sign-in must be recent (RFC 9470): for what a stolen session must not be able to do}
    boolean recent() default false;
}
