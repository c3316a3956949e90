/// What somebody gets who has proven who they are: tokens, and the cookies that carry them.
@NullMarked
package dev.gatehouse.auth.grant;

import org.jspecify.annotations.NullMarked;
