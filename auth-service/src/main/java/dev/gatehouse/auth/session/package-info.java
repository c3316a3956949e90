/// Sessions: one per sign-in on one device, kept alive by refresh tokens that rotate.
///
/// A session row holds one counter and one sealed key; the current refresh token is computed from them, so no token lies in the
/// database and a lost answer can be repeated byte for byte. [dev.gatehouse.auth.session.Refreshing] is the class to read first.
@NullMarked
package dev.gatehouse.auth.session;

import org.jspecify.annotations.NullMarked;
