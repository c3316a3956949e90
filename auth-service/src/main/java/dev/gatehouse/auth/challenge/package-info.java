/// The second step of proving who one is: what is asked after the right password, and what may become of the answer.
@NullMarked
package dev.gatehouse.auth.challenge;

import org.jspecify.annotations.NullMarked;
