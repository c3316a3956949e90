package dev.gatehouse.gateway.routefile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import dev.gatehouse.gateway.routefile.RouteFileExamples.Example;

import static org.assertj.core.api.Assertions.assertThat;

class RoutesSchemaTests {

    private static final Path ROOT = Path.of("..");
    private static final String TEXT = text();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(TEXT);

    static String text() {
        try (InputStream stream = RouteFile.class.getResourceAsStream("routes.schema.json")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<?> errors(String yaml) {
        return SCHEMA.validate(new ObjectMapper().writeValueAsString(new Yaml().<Object>load(yaml)), InputFormat.JSON);
    }

    static List<Example> examples() {
        return RouteFileExamples.all();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void agreesWithTheLoader(Example example) {
        assertThat(errors(example.yaml()).isEmpty()).as(example.toString()).isNotEqualTo(example.schemaSees());
    }

    @ParameterizedTest
    @ValueSource(strings = {"routes.yml", "bench/routes.yml"})
    void acceptsTheFilesThatShip(String file) throws IOException {
        assertThat(errors(Files.readString(ROOT.resolve(file)))).isEmpty();
    }

    /// The loader takes its keys from the schema; this keeps the third place where they stand from falling behind.
    @Test
    void hasNoKeyThatOperatorsCannotReadAbout() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/operator.md"));
        assertThat(keys(new ObjectMapper().readTree(TEXT))).hasSizeGreaterThan(40)
                .allSatisfy(key -> assertThat(page).containsPattern("`" + key + "[`:]|" + key + ": "));
    }

    private static Set<String> keys(JsonNode schema) {
        Set<String> keys = new TreeSet<>();
        schema.path("properties").propertyStream().forEach(property -> keys.add(property.getKey()));
        schema.forEach(part -> keys.addAll(keys(part)));
        return keys;
    }

    @Test
    void liesBesideTheShippedFileForEditors() throws IOException {
        assertThat(Files.readString(ROOT.resolve("routes.schema.json"))).isEqualTo(TEXT);
    }
}
