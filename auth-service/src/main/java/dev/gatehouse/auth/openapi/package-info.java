/// The description of the API (OpenAPI 3.1), made from the controllers and the records they answer with, and a page to try it.
@NullMarked
package dev.gatehouse.auth.openapi;

import org.jspecify.annotations.NullMarked;
