package dev.gatehouse.gateway.explain;

import java.time.Duration;
import java.util.List;

import dev.gatehouse.gateway.identity.HeaderSection.Field;

/// How a request ends, as far as the gateway can tell beforehand. Limits count as not used up, upstreams as well.
public sealed interface Outcome {

    /// It goes to an upstream.
    ///
    /// @param route the route's id
    /// @param targets where it may go
    /// @param timeout deadline of the call, until the answer begins
    /// @param fields the backend's header section but for `Host` and framing; secrets and what is new for each request covered
    record Forward(String route, List<Target> targets, Duration timeout, List<Field> fields) implements Outcome {

        /// Copies the lists.
        public Forward {
            targets = List.copyOf(targets);
            fields = List.copyOf(fields);
        }
    }

    /// The gateway refuses it.
    ///
    /// @param route the route's id; empty when it came to none
    /// @param status the answer's status
    /// @param code the answer's problem code
    /// @param fields header fields that the answer carries for this reason
    record Refused(String route, int status, String code, List<Field> fields) implements Outcome {

        /// Copies the list.
        public Refused {
            fields = List.copyOf(fields);
        }
    }

    /// The gateway answers it itself.
    ///
    /// @param what with what
    record Answered(String what) implements Outcome {}

    /// One address that a request may go to.
    ///
    /// @param url the whole address
    /// @param percent its share of the route's requests
    record Target(String url, double percent) {}
}
