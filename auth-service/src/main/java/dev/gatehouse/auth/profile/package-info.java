/// What somebody signed in sees of themselves: their account and their devices.
@NullMarked
package dev.gatehouse.auth.profile;

import org.jspecify.annotations.NullMarked;
