package io.gatun.isolator;

import io.gatun.ffm.Arch;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * What a launch can count on at a host: found out once, by trying.
 *
 * @param arch the architecture
 * @param uid the agent's user
 * @param gid the agent's group
 * @param namespaces that a child can be put into
 * @param proc whether the child may mount its own /proc
 * @param cgroups the cgroup hierarchies
 */
public record Host(Arch arch, int uid, int gid, Set<Namespace> namespaces, boolean proc, CgroupHost cgroups) {
    public Host {
        namespaces = namespaces.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(namespaces));
    }

    /** Whether a kind of namespace is used. */
    public boolean has(Namespace namespace) {
        return namespaces.contains(namespace);
    }

    /** The same, where a kind of namespace is not to be used. */
    public Host without(Namespace namespace) {
        Set<Namespace> rest = new HashSet<>(namespaces);
        rest.remove(namespace);
        return new Host(arch, uid, gid, rest, proc, cgroups);
    }

    /** Whether a task can run as another user than the agent's. */
    public boolean canChangeUser() {
        return uid == 0 && !has(Namespace.USER);
    }
}
