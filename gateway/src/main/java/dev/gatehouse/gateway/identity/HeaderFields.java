package dev.gatehouse.gateway.identity;

import java.util.List;

/// A message's header section as it was received. A view: reading it must be possible as long as the message is being worked on.
public interface HeaderFields {

    /// Hands over every field in its order, with the name in the spelling that was received.
    void forEach(HeaderSink each);

    /// The values of the fields of that name, without regard to case, in their order; empty when there is none.
    List<String> all(String name);
}
