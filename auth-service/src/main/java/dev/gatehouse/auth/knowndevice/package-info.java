/// Devices on which somebody has signed in before. They are known until the password or a second factor changes: what a thief took before counts
/// for nothing afterwards, and the browser in which the owner did so gets a new cookie.
@NullMarked
package dev.gatehouse.auth.knowndevice;

import org.jspecify.annotations.NullMarked;
