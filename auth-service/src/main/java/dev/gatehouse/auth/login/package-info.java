/// Signing in, staying signed in, signing out: the endpoints that give and take tokens.
@NullMarked
package dev.gatehouse.auth.login;

import org.jspecify.annotations.NullMarked;
