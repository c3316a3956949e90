/// YAML as an operator's file needs it: values that know their line and column, all problems in one list, variables of the environment, and
/// nothing of YAML that surprises (anchors, tags, several documents, `no` for false). Knows nothing of routes.
@NullMarked
package dev.gatehouse.gateway.routefile.yaml;

import org.jspecify.annotations.NullMarked;
