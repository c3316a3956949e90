/// What a new password must be: `PasswordRules` decides, by the rules of [PasswordRule]. nbvcxz (MIT licence) brings the estimate and the list
/// of 100,000 common passwords; the filter of breached passwords is a file that the operator makes with `passwords build-filter`.
@NullMarked
package dev.gatehouse.auth.password.rules;

import org.jspecify.annotations.NullMarked;
