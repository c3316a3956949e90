package dev.gatehouse.gateway.authentication;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeapShareTests {

    @ParameterizedTest(name = "{0} of a heap of {2}, a part in {1} at most: {3}")
    @CsvSource({"32, 16, 128, 8", "32, 16, 511, 31", "32, 16, 512, 32", "32, 16, 8192, 32", "8, 64, 128, 2", "8, 64, 512, 8",
            "8, 64, 9223372036854775807, 8"})
    void isWhatIsOfUseOrAPartOfTheHeap(long most, int part, long heap, long expected) {
        assertThat(HeapShare.atMost(most, part, heap)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "9223372036854775807, 16"})
    void theHeapIsThatOfThisJvm(long most, int part) {
        assertThat(HeapShare.atMost(most, part)).isEqualTo(Math.min(most, Runtime.getRuntime().maxMemory() / part));
    }
}
