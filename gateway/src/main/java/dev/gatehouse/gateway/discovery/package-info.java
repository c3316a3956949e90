/// Where the instances of services are, as a registry tells: Kubernetes, Consul, Eureka or whatever Spring Cloud's `DiscoveryClient` knows.
@NullMarked
package dev.gatehouse.gateway.discovery;

import org.jspecify.annotations.NullMarked;
