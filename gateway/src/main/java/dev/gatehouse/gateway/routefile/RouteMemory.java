package dev.gatehouse.gateway.routefile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.authentication.IssuerSpec;
import dev.gatehouse.gateway.routefile.RouteReader.Draft;
import dev.gatehouse.gateway.routefile.yaml.Position;
import dev.gatehouse.gateway.routefile.yaml.YamlNode;
import dev.gatehouse.gateway.routes.RouteSpec;
import dev.gatehouse.gateway.routes.RouteTest;

/// The routes of the last good file by their text. Of the next file only what is new is read; the other routes stay the very objects that they were, so
/// that whoever compares files sees at once what has not changed. Where anything but routes changes nothing is remembered.
///
/// Variables of the environment must not change. Keeps one file; belongs to one thread at a time.
public final class RouteMemory {

    private String around = "";
    private List<IssuerSpec> issuers = List.of();
    private Map<String, Known> known = Map.of();

    /// Knows nothing yet.
    public RouteMemory() {}

    /// A route that was good.
    ///
    /// @param at where it stood
    /// @param warnings what was to be said of it
    private record Known(RouteSpec spec, List<RouteTest> tests, Position at, List<String> warnings) {

        /// The same route where it stands now.
        Draft at(YamlNode.Mapping node) {
            return new Draft(spec.id(), node, Optional.of(spec.match()), Optional.of(spec.access()), Optional.of(spec),
                    tests.isEmpty() || (node.at().line() == at.line() && node.at().step().equals(at.step()))
                            ? tests
                            : testsAt(node));
        }

        private List<RouteTest> testsAt(YamlNode.Mapping node) {
            YamlNode.Entry entry = node.entries().get("tests");
            if (entry == null || !(entry.value() instanceof YamlNode.Sequence list)) {
                throw new IllegalStateException("a route of the same text without its tests");
            }
            List<RouteTest> moved = new ArrayList<>(tests.size());
            for (int i = 0; i < tests.size(); i++) {
                moved.add(moved(tests.get(i), list.items().get(i).at()));
            }
            return moved;
        }

        private static RouteTest moved(RouteTest test, Position to) {
            return new RouteTest(test.route(), to.line(), to.column(), to.path(), test.method(), test.target(), test.host(),
                    test.caller(), test.expected());
        }
    }

    /// What is known of the routes of a file whose issuers are these.
    Reading reading(RouteTexts texts, List<IssuerSpec> now) {
        return new Reading(texts, now, texts.around().equals(around) && now.equals(issuers) ? known : Map.of());
    }

    /// One file that is read.
    final class Reading {

        private final RouteTexts texts;
        private final List<IssuerSpec> now;
        private final Map<String, Known> earlier;
        private final Map<String, Known> next = new HashMap<>();

        private Reading(RouteTexts texts, List<IssuerSpec> now, Map<String, Known> earlier) {
            this.texts = texts;
            this.now = now;
            this.earlier = earlier;
        }

        /// The route with this place in the list, if its text was read before.
        ///
        /// @param warnings gets those of the route
        @Nullable
        Draft recall(int place, YamlNode.Mapping node, List<String> warnings) {
            Known same = texts.routes().isEmpty() ? null : earlier.get(texts.routes().get(place));
            if (same == null) {
                return null;
            }
            warnings.addAll(same.warnings);
            Draft draft = same.at(node);
            note(place, draft, same.warnings);
            return draft;
        }

        /// Takes note of a route.
        ///
        /// @param warnings those of the route
        void note(int place, Draft draft, List<String> warnings) {
            if (!texts.routes().isEmpty() && draft.spec().isPresent()) {
                next.put(texts.routes().get(place),
                        new Known(draft.spec().get(), draft.tests(), draft.node().at(), List.copyOf(warnings)));
            }
        }

        /// The file was good; from now on its routes are those that are known.
        void keep() {
            around = texts.around();
            issuers = now;
            known = next;
        }
    }
}
