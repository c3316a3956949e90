package dev.gatehouse.gateway.upstream;

import java.util.List;
import java.util.function.DoubleSupplier;

/// Is told what rarely happens to upstreams. Called by threads that must not be kept.
public interface UpstreamEvents {

    /// Tells nobody.
    UpstreamEvents NONE = new UpstreamEvents() {
        @Override
        public void changed(List<Upstream> all) {}

        @Override
        public void changed(Instance instance, DoubleSupplier openness) {}

        @Override
        public void ejected(Upstream upstream, Instance instance) {}

        @Override
        public void retried(Upstream upstream) {}

        @Override
        public void exhausted(Upstream upstream) {}
    };

    /// These are all upstreams from now on.
    void changed(List<Upstream> all);

    /// The breaker of an instance has changed.
    ///
    /// @param openness how far it keeps requests away, whenever that is asked: 0 lets all pass, 0.5 some that probe, 1 none
    void changed(Instance instance, DoubleSupplier openness);

    /// An instance was put out after failures in a row.
    void ejected(Upstream upstream, Instance instance);

    /// A request is sent again.
    void retried(Upstream upstream);

    /// A request was not sent again, since too many are.
    void exhausted(Upstream upstream);
}
