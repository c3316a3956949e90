package dev.gatehouse.gateway.upstream;

import java.util.function.IntUnaryOperator;

import org.jspecify.annotations.Nullable;

/// Picks one of several instances. Thread-safe; allocates nothing.
final class Balancer {

    private static final int ALL = 100;

    private final Instance[] instances;
    private final int[] weights;
    private final Balance balance;
    private final Rota rota;
    private final IntUnaryOperator random;

    Balancer(Instance[] instances, int[] weights, Balance balance, IntUnaryOperator random) {
        this.instances = instances;
        this.weights = weights;
        this.balance = balance;
        this.rota = new Rota(weights);
        this.random = random;
    }

    /// One that is in service and is not this one; null when there is none.
    ///
    /// @param key decides where the same requests go to the same instance
    /// @param any whether those that are out of service count too, as long as they do not rest
    @Nullable
    Instance pick(long key, @Nullable Instance not, long now, boolean any) {
        return switch (balance) {
            case Balance.LeastBusy _ -> leastBusy(not, now, any);
            case Balance.RoundRobin _ -> inTurn(not, now, any);
            case Balance.ByUser _,Balance.ByHeader _ -> byHash(key, not, now, any);
        };
    }

    private boolean may(Instance instance, @Nullable Instance not, long now, boolean any) {
        return instance != not && (any ? !instance.rests(now) : instance.inService(now));
    }

    private int share(int i, @Nullable Instance not, long now, boolean any) {
        return may(instances[i], not, now, any) ? weights[i] * instances[i].warmth(now) : 0;
    }

    private @Nullable Instance leastBusy(@Nullable Instance not, long now, boolean any) {
        int first = draw(not, now, any, -1);
        if (first < 0) {
            return null;
        }
        int second = draw(not, now, any, first);
        return second >= 0 && instances[second].underWay() < instances[first].underWay() ? instances[second] : instances[first];
    }

    /// Draws by weight; among those of one instance's weight and without it where one is given.
    private int draw(@Nullable Instance not, long now, boolean any, int peer) {
        int total = 0;
        for (int i = 0; i < instances.length; i++) {
            total += isPeer(i, peer) ? share(i, not, now, any) : 0;
        }
        if (total == 0) {
            return -1;
        }
        int point = random.applyAsInt(total);
        int last = -1;
        for (int i = 0; i < instances.length && point >= 0; i++) {
            int share = isPeer(i, peer) ? share(i, not, now, any) : 0;
            // Shares may have changed since they were added up; then the last one that has any gets what is over.
            last = share > 0 ? i : last;
            point -= share;
        }
        return last;
    }

    private boolean isPeer(int i, int peer) {
        return peer < 0 || (i != peer && weights[i] == weights[peer]);
    }

    /// Whose turn it is; a few who may not are passed over, then chance decides by weight, for the turns of one may be a thousand in a row.
    private @Nullable Instance inTurn(@Nullable Instance not, long now, boolean any) {
        for (int tried = 0; tried < instances.length; tried++) {
            Instance instance = instances[rota.turn()];
            if (may(instance, not, now, any)) {
                int warmth = instance.warmth(now);
                if (warmth == ALL || random.applyAsInt(ALL) < warmth) {
                    return instance;
                }
            }
        }
        int drawn = draw(not, now, any, -1);
        return drawn < 0 ? null : instances[drawn];
    }

    /// Highest random weight: when an instance goes, only what was its own goes elsewhere. Nobody starts slowly here: who belongs there belongs there.
    private @Nullable Instance byHash(long key, @Nullable Instance not, long now, boolean any) {
        Instance best = null;
        double least = Double.MAX_VALUE;
        for (int i = 0; i < instances.length; i++) {
            if (may(instances[i], not, now, any)) {
                double score = -Math.log(Hashing.fraction(key ^ instances[i].seed())) / weights[i];
                if (score < least) {
                    least = score;
                    best = instances[i];
                }
            }
        }
        return best;
    }
}
