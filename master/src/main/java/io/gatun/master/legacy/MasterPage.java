package io.gatun.master.legacy;

import io.gatun.master.MasterContext;
import io.gatun.master.operator.FlagValues;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.v1.MasterInfo;
import java.util.Map;
import java.util.Optional;

/** Everything that a document about the whole cluster is made of. */
record MasterPage(
        MasterSnapshot snapshot, Optional<MasterInfo> leader, Optional<String> cluster, Map<String, String> flags) {
    static MasterPage of(MasterContext context, MasterSnapshot snapshot) {
        return new MasterPage(
                snapshot,
                context.leadership().leader(),
                Optional.ofNullable(context.flags().cluster),
                FlagValues.of(context.flags()));
    }
}
