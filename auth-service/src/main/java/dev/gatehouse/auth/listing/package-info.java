/// Lists that are read page by page.
@NullMarked
package dev.gatehouse.auth.listing;

import org.jspecify.annotations.NullMarked;
