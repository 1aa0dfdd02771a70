package io.gatun.master.state;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Offer;

/** Resources that a framework has been offered and has not answered for. */
record OutstandingOffer(Offer proto, String frameworkId, String agentId, String role, Resources resources) {
    String id() {
        return proto.getId().getValue();
    }
}
