package dev.gatehouse.gateway.assertion.keys;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import com.nimbusds.jose.jwk.ECKey;

/// A row of keys that follow each other in time. Immutable and pure: who signs and what is published at a moment follows from the row and
/// that moment alone, so instances that share a row agree without talking, and clocks that differ by seconds make one change over seconds
/// earlier than another, no more.
///
/// A key's stages: *next*, published for [#LEAD] before it signs, which is longer than anybody should keep a JWK Set; *active* for [#PERIOD];
/// *retired*, published for [#LINGER] after its successor took over; gone. Two changes are ever written: one more key at the end, and a row of another
/// generation when an operator drops the keys there are.
///
/// @param generation how many times all keys were dropped; a row of a later one takes the place of any earlier
/// @param links by `signsFrom`, oldest first; never empty
record KeyRing(long generation, List<Link> links) {

    static final Duration PERIOD = Duration.ofDays(30);
    static final Duration LEAD = Duration.ofHours(1);
    static final Duration LINGER = Duration.ofMinutes(5); // an assertion's minute, and whoever is late by clock or by Redis

    KeyRing {
        links = links.stream().sorted(Comparator.comparing(Link::signsFrom)).toList();
        if (links.isEmpty()) {
            throw new IllegalArgumentException("links: none (expected: at least one)");
        }
    }

    /// A key, and since when it signs, to the millisecond.
    record Link(ECKey key, Instant signsFrom) {

        Link {
            signsFrom = signsFrom.truncatedTo(ChronoUnit.MILLIS);
        }

        /// Its name only: a JWK would show its private half.
        @Override
        public String toString() {
            return key.getKeyID() + " from " + signsFrom;
        }
    }

    static KeyRing of(ECKey first, Instant now) {
        return new KeyRing(0, List.of(new Link(first, now)));
    }

    ECKey signer(Instant now) {
        Link signer = links.getFirst(); // also for a clock that is behind the one by which the row was begun
        for (Link link : links) {
            if (!link.signsFrom().isAfter(now)) {
                signer = link;
            }
        }
        return signer.key();
    }

    /// Both halves; without the keys that are gone.
    List<ECKey> published(Instant now) {
        return alive(now).stream().map(Link::key).toList();
    }

    Keys keys(Instant now) {
        return new Keys(signer(now), published(now));
    }

    /// Whether this row is of a later generation than the other, or of the same and ends later.
    boolean reachesBeyond(KeyRing other) {
        return generation == other.generation
                ? links.getLast().signsFrom().isAfter(other.links().getLast().signsFrom())
                : generation > other.generation;
    }

    /// The row that an operator wants; empty when it announces a key that does not sign yet and one more was to be announced.
    Optional<KeyRing> rotated(Rotation how, Instant now, Supplier<ECKey> fresh) {
        return switch (how) {
            case AT_ONCE -> Optional.of(new KeyRing(generation + 1, List.of(new Link(fresh.get(), now))));
            case STAGED -> links.getLast().signsFrom().isAfter(now)
                    ? Optional.empty()
                    : Optional.of(longer(now, new Link(fresh.get(), now.plus(LEAD))));
        };
    }

    /// The row with one more key, when it is time to announce one.
    Optional<KeyRing> advanced(Instant now, Supplier<ECKey> fresh) {
        Instant due = links.getLast().signsFrom().plus(PERIOD);
        if (now.isBefore(due.minus(LEAD))) {
            return Optional.empty();
        }
        Instant announced = now.plus(LEAD);
        return Optional.of(longer(now, new Link(fresh.get(), due.isAfter(announced) ? due : announced)));
    }

    private KeyRing longer(Instant now, Link next) {
        List<Link> longer = new ArrayList<>(alive(now));
        longer.add(next);
        return new KeyRing(generation, longer);
    }

    private List<Link> alive(Instant now) {
        List<Link> alive = new ArrayList<>();
        for (int i = 0; i < links.size(); i++) {
            boolean last = i == links.size() - 1;
            if (last || links.get(i + 1).signsFrom().plus(LINGER).isAfter(now)) {
                alive.add(links.get(i));
            }
        }
        return alive;
    }
}
