@NullMarked
package dev.gatehouse.devservices.process;

import org.jspecify.annotations.NullMarked;
