package dev.gatehouse.gateway.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/// Whose turn it is, each as often as its weight says and well mixed: 5, 1, 1 is a a b a c a a. Thread-safe.
final class Rota {

    private final short[] turns;
    private final AtomicInteger next = new AtomicInteger();

    Rota(int[] weights) {
        int divisor = 0;
        int sum = 0;
        for (int weight : weights) {
            divisor = gcd(weight, divisor);
            sum += weight;
        }
        turns = new short[sum / Math.max(1, divisor)];
        long[] due = new long[weights.length];
        for (int turn = 0; turn < turns.length; turn++) {
            int first = 0;
            for (int i = 0; i < due.length; i++) {
                due[i] += weights[i];
                first = due[i] > due[first] ? i : first;
            }
            due[first] -= sum;
            turns[turn] = (short) first;
        }
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /// The next instance's place.
    int turn() {
        return turns[Math.floorMod(next.getAndIncrement(), turns.length)];
    }
}
