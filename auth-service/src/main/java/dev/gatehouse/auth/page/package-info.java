/// The few pages that links in mails open. Opening one changes nothing; its button posts.
@NullMarked
package dev.gatehouse.auth.page;

import org.jspecify.annotations.NullMarked;
