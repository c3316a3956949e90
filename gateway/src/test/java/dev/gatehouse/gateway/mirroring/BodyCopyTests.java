package dev.gatehouse.gateway.mirroring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BodyCopyTests {

    private final AtomicInteger underWay = new AtomicInteger();
    private final Mirrors mirrors = new Mirrors(_ -> 0);
    private final List<byte[]> sent = new ArrayList<>();
    private final BodyCopy copy = new BodyCopy(mirrors, underWay, sent::add);

    @Test
    void sendsWhatHasPassedOnce() {
        copy.add(new byte[]{1, 2});
        copy.add(new byte[]{3});
        copy.end();
        copy.abandon();

        assertThat(sent).containsExactly(new byte[]{1, 2, 3});
        assertThat(underWay).as("left to the answer").hasValue(1);
    }

    @Test
    void sendsAnEmptyBody() {
        copy.end();
        assertThat(sent).containsExactly(new byte[0]);
    }

    @Test
    void sendsNothingOfABodyThatBreaksOff() {
        copy.add(new byte[]{1});
        copy.abandon();
        copy.end();

        assertThat(sent).isEmpty();
        assertThat(underWay).hasValue(0);
    }

    @Test
    void letsGoOfABodyThatIsTooLong() {
        copy.add(new byte[BodyCopy.LONGEST]);
        assertThat(copy.goesOn()).isTrue();
        copy.add(new byte[1]);
        assertThat(copy.goesOn()).isFalse();
        copy.end();

        assertThat(sent).isEmpty();
        assertThat(mirrors.tooLong()).isEqualTo(1);
        assertThat(underWay).hasValue(0);
    }

    @Test
    void takesNoPlaceBeforeTheFirstOctetAndNoneBeyondTheLast() {
        underWay.set(Mirrors.MOST);
        copy.abandon();
        assertThat(underWay).hasValue(Mirrors.MOST);

        BodyCopy other = new BodyCopy(mirrors, underWay, sent::add);
        other.add(new byte[1]);
        other.end();

        assertThat(sent).isEmpty();
        assertThat(mirrors.leftOut()).isEqualTo(1);
        assertThat(underWay).hasValue(Mirrors.MOST);
    }
}
