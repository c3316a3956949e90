package dev.gatehouse.gateway.authentication;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class CookieNamesTests {

    private final CookieNames names = CookieNames.of(List.of("a.Z", "b"));

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            the name itself                        | 'a.Z=1'             | ''
            PHP's reading of a dot                 | 'a_Z=1'             | ''
            PHP's reading of a bracket             | 'a[Z=1'             | ''
            PHP's reading of a space               | 'a Z=1'             | ''
            another case                           | 'A.z=1'             | ''
            the first of two                       | 'b=1; c=2'          | 'c=2'
            the last of two                        | 'c=2; b=1'          | 'c=2'
            between two                            | 'c=2;b=1;d=3'       | 'c=2;d=3'
            behind a semicolon                     | ';b=1'              | ''
            behind a comma                         | ',b=1'              | ''
            a second cookie behind a comma         | 'c=2, b=1; d=3'     | ' d=3'
            in quotes                              | '"b"=1'             | ''
            with blanks around                     | ' b\t=1; c=2'       | 'c=2'
            without a value                        | 'b; c=2'            | 'c=2'
            an empty pair at the end stays         | 'c=2;b=1;'          | 'c=2;'
            """)
    void takesOutEverySpelling(String why, String field, String rest) {
        assertThat(names.without(field)).as(why).isEqualTo(rest.strip());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            no cookie                              | ''
            blanks                                 | '   '
            a value without a name                 | '=b'
            another name as long                   | 'c=1; xyz=2'
            a name that begins so                  | 'bb=1; a.Zx=2'
            a name that ends so                    | 'xb=1'
            part of a name                         | 'a=1; Z=2'
            a value that says so                   | 'c=b; d="b"'
            other characters between               | 'a-Z=1; a]Z=2; a@Z=3; a.{=4'
            empty pairs                            | ';; ;'
            """)
    void leavesAllOthersByteByByte(String why, String field) {
        assertThat(names.without(field)).as(why).isSameAs(field);
    }

    @Test
    void knowsWhetherThereAreAny() {
        assertThat(CookieNames.NONE.isEmpty()).isTrue();
        assertThat(names.isEmpty()).isFalse();
        assertThat(CookieNames.NONE.without("b=1")).isEqualTo("b=1");
    }

    @Test
    void namesThatAreReadAlikeAreOne() {
        assertThat(CookieNames.of(Set.of("x.y", "X_Y", "x[y"))).isEqualTo(CookieNames.of(Set.of("x y"))).hasToString("[x_y]");
    }
}
