/// Asks somebody who is signed in for the password once more, before what a stolen session must not be able to do.
@NullMarked
package dev.gatehouse.auth.reauthentication;

import org.jspecify.annotations.NullMarked;
