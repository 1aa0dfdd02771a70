package io.gatun.isolator;

import java.util.Set;

/**
 * What the kernel offers below the root cgroup of an agent, found out once.
 *
 * @param files names of the control files of a cgroup there, in any hierarchy
 * @param cpus processors that its containers can have; empty where there is no cpuset controller
 * @param mems memory nodes that they can have; empty where there is no cpuset controller
 */
public record CgroupFeatures(Set<String> files, NumberSet cpus, NumberSet mems) {
    /** Nothing is known. */
    public static final CgroupFeatures NONE = of(Set.of());

    public CgroupFeatures {
        files = Set.copyOf(files);
    }

    /** Control files, without a cpuset controller. */
    public static CgroupFeatures of(Set<String> files) {
        return new CgroupFeatures(files, NumberSet.parse("", ""), NumberSet.parse("", ""));
    }
}
