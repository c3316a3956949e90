package dev.gatehouse.gateway.routefile;

import dev.gatehouse.gateway.routefile.yaml.Schema;
import dev.gatehouse.gateway.routefile.yaml.Shape;

/// The JSON Schema that ships with the product, `routes.schema.json`. What it says of keys and words is what the readers go by: there is no second
/// list of them, so an editor and the gateway cannot disagree.
final class RoutesSchema {

    private static final Schema SCHEMA = Schema.beside(RoutesSchema.class, "routes.schema.json");

    static final Shape FILE = SCHEMA.root();
    static final Shape DEFAULTS = SCHEMA.definition("defaults");
    static final Shape ISSUER = SCHEMA.definition("issuer");
    static final Shape INTROSPECTION = SCHEMA.definition("introspection");
    static final Shape ROUTE = SCHEMA.definition("route");
    static final Shape MATCH = SCHEMA.definition("match");
    static final Shape UPSTREAM = SCHEMA.definition("upstream");
    static final Shape NAMED_UPSTREAM = SCHEMA.definition("named-upstream");
    static final Shape UPSTREAM_TLS = SCHEMA.definition("upstream-tls");
    static final Shape CONDITION = SCHEMA.definition("condition");
    static final Shape CERTIFIED = SCHEMA.definition("certified");
    static final Shape CORS = SCHEMA.definition("cors");
    static final Shape HEALTH = SCHEMA.definition("health");
    static final Shape MIRROR = SCHEMA.definition("mirror");
    static final Shape MAX_CONCURRENT = SCHEMA.definition("max-concurrent");
    static final Shape WEBSOCKET = SCHEMA.definition("websocket");
    static final Shape LIMIT = SCHEMA.definition("limit");
    static final Shape ARRIVALS = SCHEMA.definition("arrivals");
    static final Shape POLICY = SCHEMA.definition("policy");
    static final Shape RATE = SCHEMA.definition("rate");
    static final Shape TEST = SCHEMA.definition("test");
    static final Shape CALLER = SCHEMA.definition("caller");

    private RoutesSchema() {}
}
