/// `./gatehouse up`: the whole system on one machine. [Up] is the order of events, `Supervisor` owns what runs and ends it in the
/// right order, `Installation` knows programs, ports and settings.
@NullMarked
package dev.gatehouse.devservices.up;

import org.jspecify.annotations.NullMarked;
