package dev.gatehouse.gateway.routefile.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.Parser;

/// Builds the tree from the parser's events. SnakeYAML's own composer resolves aliases and tags before anybody could refuse them.
final class YamlComposer {

    private static final int MAX_DEPTH = 32;
    // Ten thousand routes of a hundred values each; bounds the memory that a file can take.
    private static final int MAX_VALUES = 1_000_000;

    private final Parser parser;
    private final Environment environment;
    private final Problems problems;
    private int values;

    YamlComposer(Parser parser, Environment environment, Problems problems) {
        this.parser = parser;
        this.environment = environment;
        this.problems = problems;
    }

    /// The only document of the file.
    Optional<YamlNode> document() {
        parser.getEvent(); // start of stream
        if (parser.checkEvent(Event.ID.StreamEnd)) {
            problems.add(new Position(1, 1, ""), "empty file (expected: version and routes)");
            return Optional.empty();
        }
        parser.getEvent(); // start of document
        YamlNode node = node(null, "", 0);
        parser.getEvent(); // end of document
        if (!parser.checkEvent(Event.ID.StreamEnd)) {
            problems.add(position(parser.peekEvent(), null, ""), "a second document (expected: one)");
        }
        return Optional.of(node);
    }

    private YamlNode node(@Nullable Position parent, String step, int depth) {
        Event event = parser.getEvent();
        Position at = position(event, parent, step);
        if (depth > MAX_DEPTH) {
            throw new TooLarge("nested deeper than " + MAX_DEPTH, event.getStartMark());
        }
        if (++values > MAX_VALUES) {
            throw new TooLarge("more than " + MAX_VALUES + " values", event.getStartMark());
        }
        refuseAnchor((NodeEvent) event, at);
        return switch (event.getEventId()) {
            case Scalar -> text((ScalarEvent) event, at);
            case SequenceStart -> sequence(refuseTag(((CollectionStartEvent) event).getTag(), at), depth);
            case MappingStart -> mapping(refuseTag(((CollectionStartEvent) event).getTag(), at), depth);
            default -> new YamlNode.Text(at, "", "", false);
        };
    }

    private YamlNode text(ScalarEvent event, Position at) {
        refuseTag(event.getTag(), at);
        return new YamlNode.Text(at, event.getValue(), environment.resolve(event.getValue(), at), !event.isPlain());
    }

    private YamlNode sequence(Position at, int depth) {
        List<YamlNode> items = new ArrayList<>();
        while (!parser.checkEvent(Event.ID.SequenceEnd)) {
            items.add(node(at, "[" + items.size() + "]", depth + 1));
        }
        parser.getEvent();
        return new YamlNode.Sequence(at, items);
    }

    private YamlNode mapping(Position at, int depth) {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        while (!parser.checkEvent(Event.ID.MappingEnd)) {
            entry(entries, at, depth);
        }
        parser.getEvent();
        return new YamlNode.Mapping(at, Collections.unmodifiableMap(entries));
    }

    private void entry(Map<String, YamlNode.Entry> entries, Position map, int depth) {
        boolean simple = parser.checkEvent(Event.ID.Scalar);
        Position at = position(parser.peekEvent(), map, "");
        String key = simple ? key((ScalarEvent) parser.getEvent(), at) : "";
        if (!simple) {
            problems.add(at, "a key that is not a plain name (expected: a name)");
            node(map, "", depth + 1);
        }
        Position named = new Position(at.line(), at.column(), map, key);
        YamlNode.Entry earlier = entries.get(key);
        YamlNode.Entry entry = new YamlNode.Entry(named, node(map, key, depth + 1));
        if (earlier == null) {
            entries.put(key, entry);
        } else {
            problems.add(named, "a second time (expected: once; the first is on line " + earlier.key().line() + ")");
        }
    }

    private String key(ScalarEvent event, Position at) {
        refuseAnchor(event, at);
        refuseTag(event.getTag(), at);
        String key = event.getValue();
        if (key.contains("${") || key.contains("#{")) {
            problems.add(at, "a variable in a key (expected: a name; variables are read in values only)");
        }
        return key;
    }

    private void refuseAnchor(NodeEvent event, Position at) {
        if (event instanceof AliasEvent) {
            problems.add(at, "*" + event.getAnchor() + " (expected: no aliases; write the value out)");
        } else if (event.getAnchor() != null) {
            problems.add(at, "&" + event.getAnchor() + " (expected: no anchors)");
        }
    }

    private Position refuseTag(@Nullable String tag, Position at) {
        if (tag != null) {
            problems.add(at, tag + " (expected: no tags)");
        }
        return at;
    }

    private static Position position(Event event, @Nullable Position parent, String step) {
        Mark mark = event.getStartMark();
        return new Position(mark.getLine() + 1, mark.getColumn() + 1, parent, step);
    }

    /// Ends the reading.
    private static final class TooLarge extends MarkedYAMLException {
        TooLarge(String what, Mark mark) {
            super(null, null, what, mark);
        }
    }
}
