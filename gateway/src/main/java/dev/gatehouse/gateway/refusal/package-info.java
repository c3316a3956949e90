/// Which refusal gets which answer of the error contract. Apart from `pipeline`, so that whoever explains a request names the same.
@NullMarked
package dev.gatehouse.gateway.refusal;

import org.jspecify.annotations.NullMarked;
