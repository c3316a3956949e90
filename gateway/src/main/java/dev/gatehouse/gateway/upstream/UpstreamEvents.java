package dev.gatehouse.gateway.upstream;

import java.util.List;

/// Is told what rarely happens to upstreams. Called by threads that must not be kept.
public interface UpstreamEvents {

    /// Tells nobody.
    UpstreamEvents NONE = new UpstreamEvents() {
        @Override
        public void changed(List<Upstream> all) {}

        @Override
        public void ejected(Upstream upstream, Instance instance) {}

        @Override
        public void retried(Upstream upstream) {}

        @Override
        public void exhausted(Upstream upstream) {}
    };

    /// These are all upstreams from now on.
    void changed(List<Upstream> all);

    /// An instance was put out after failures in a row.
    void ejected(Upstream upstream, Instance instance);

    /// A request is sent again.
    void retried(Upstream upstream);

    /// A request was not sent again, since too many are.
    void exhausted(Upstream upstream);
}
