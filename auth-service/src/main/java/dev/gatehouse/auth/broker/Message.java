package dev.gatehouse.auth.broker;

/// Something to be published.
///
/// @param id by which consumers recognise duplicates: `message_id`
/// @param routingKey in the exchange
/// @param type in full
/// @param body a CloudEvent in structured mode
@SuppressWarnings("ArrayRecordComponent") // never compared; handed to the client as it is
public record Message(String id, String routingKey, String type, byte[] body) {}
