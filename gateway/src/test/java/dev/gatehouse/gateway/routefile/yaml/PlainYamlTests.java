package dev.gatehouse.gateway.routefile.yaml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;

/// The quick reader reads what the complete one reads, to the column, or nothing.
class PlainYamlTests {

    private static final List<String> FILES = List.of(read("../routes.yml"), read("../bench/routes.yml"), """
            # a file with all that the quick reader knows
            version: 1
            issuers:   # whose tokens
              a: { issuer: "https://a", jwks: 'https://a/keys', audiences: [api, web] }
              b: { issuer: x }
            b: ${A:30s}

            routes:
            - id: one
              match: { path: "/a/{id}", methods: [ GET,POST ], host: '*.example.com' }
              upstream: http://a:80/x#y
              upstream2: http://a:80/x   # one
              access: { all: [ { roles: [a b] }, { claim: x, in: [1, 2.5, true, "7", ''] } ] }
              empty: {}
              none: []
              tests:
                - request: GET /a/7?x=1&y=é
                  expect: 401
                -   { request: GET /a/7, expect: forward }
                - plain
            -   id: two
                value: a - b 'c' "d" [e] {f} *g &h !i |j >k %l @m
            last: end
            """);

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean agrees(String text) {
        Optional<YamlNode.Mapping> plain = PlainYaml.read(text, Map.of("A", "${B}", "B", "x: y")::get);
        if (plain.isPresent()) {
            Problems problems = new Problems();
            assertThat(YamlFile.readAny(text, Map.of("A", "${B}", "B", "x: y")::get, problems)).as(text).isEqualTo(plain);
            assertThat(problems.isEmpty()).as(text).isTrue();
        }
        return plain.isPresent();
    }

    @Example
    void filesAsTheyAreWrittenAreReadQuickly() {
        assertThat(FILES.subList(0, 2)).allMatch(PlainYamlTests::agrees);
        assertThat(agrees(FILES.get(2).replace("#y", ""))).isTrue();
        assertThat(agrees(FILES.get(2))).as("a # within a text").isFalse();
    }

    @Property
    void damagedFilesAreReadAlikeOrNotAtAll(@ForAll("damage") List<Damage> damage) {
        StringBuilder text = new StringBuilder(FILES.get(damage.getFirst().at() % FILES.size()).replace("#y", ""));
        damage.forEach(one -> one.to(text));
        agrees(text.toString());
    }

    @Property
    void madeUpFilesAreReadAlikeOrNotAtAll(@ForAll("pieces") List<String> pieces) {
        agrees(String.join("", pieces));
    }

    @Provide
    Arbitrary<List<String>> pieces() {
        return piece().list().ofMinSize(1).ofMaxSize(24);
    }

    private static Arbitrary<String> piece() {
        return Arbitraries.of("a: ", "b:", "c: d", "\n", "\n", "\n  ", "\n    ", "\n- ", "\n  - ", "- ", "-", " ", "  ", "{ ",
                " }", "{",
                "}", "[", "]", ", ", ",", ": ", ":", "x", "y z", "'", "''", "\"", "\\", "#", " # c", "a#b", "${A}", "${A:b}",
                "${", "#{",
                "---", "\n---\n", "...", "|", ">", "|\n  ", "?", "? ", "!t ", "&a ", "*a", "%", "@", "`", "1", "-1", "true", "~",
                "null",
                "<<: ", "é", "\u00a0", "\u2028", "\u0085", "\t", "\r\n", "\uFEFF", "😀", "a: b", "a:b", "k: {x: y}", "l: [1, 2]",
                ".", "/p");
    }

    @Provide
    Arbitrary<List<Damage>> damage() {
        return Combinators.combine(Arbitraries.integers().between(0, 100_000), Arbitraries.integers().between(0, 12), piece())
                .as(Damage::new).list().ofMinSize(1).ofMaxSize(4);
    }

    /// One cut with something put in its place.
    record Damage(int at, int length, String piece) {

        void to(StringBuilder text) {
            int from = text.isEmpty() ? 0 : at % text.length();
            text.replace(from, Math.min(text.length(), from + length), piece);
        }
    }
}
