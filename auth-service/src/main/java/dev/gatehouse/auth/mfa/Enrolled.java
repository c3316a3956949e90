package dev.gatehouse.auth.mfa;

import java.util.ArrayList;
import java.util.List;

/// The second factors of an account.
///
/// @param totp whether there is an authenticator app
/// @param email whether its owner wants codes by mail and the address is verified
/// @param recoveryCodesLeft how many were not used yet
public record Enrolled(boolean totp, boolean email, int recoveryCodesLeft) {

    /// {@return what a sign-in asks for, one of them; empty: nothing. Mails only where there is no app, which would be worth no more
    /// than a mailbox otherwise}
    public List<Method> methods() {
        List<Method> methods = new ArrayList<>();
        if (totp) {
            methods.add(Method.TOTP);
        } else if (email) {
            methods.add(Method.EMAIL);
        }
        if (!methods.isEmpty() && recoveryCodesLeft > 0) {
            methods.add(Method.RECOVERY_CODE);
        }
        return List.copyOf(methods);
    }
}
