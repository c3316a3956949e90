@NullMarked
package dev.gatehouse.devservices.up;

import org.jspecify.annotations.NullMarked;
