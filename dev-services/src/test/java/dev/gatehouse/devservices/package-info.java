@NullMarked
package dev.gatehouse.devservices;

import org.jspecify.annotations.NullMarked;
