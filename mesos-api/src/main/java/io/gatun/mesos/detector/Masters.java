package io.gatun.mesos.detector;

import io.gatun.mesos.v1.MasterInfo;
import java.util.List;
import java.util.Optional;

/**
 * The masters that are up.
 *
 * @param all the leading one first; empty if there is none, or if ZooKeeper's session is lost
 */
public record Masters(List<MasterInfo> all) {
    public static final Masters NONE = new Masters(List.of());

    public Masters {
        all = List.copyOf(all);
    }

    public Optional<MasterInfo> leader() {
        return all.stream().findFirst();
    }
}
