package io.gatun.isolator.security.seccomp;

import io.gatun.isolator.security.Capability;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A rule of a profile: what happens to some system calls.
 *
 * @param names of the system calls
 * @param action what happens to them
 * @param args all must hold; several on the same argument are alternatives, as with runc
 * @param includes where the rule is in force: all of it must hold
 * @param excludes where it is not: any of it suffices
 */
public record SeccompRule(
        List<String> names, SeccompAction action, List<ArgCondition> args, Scope includes, Scope excludes) {
    public SeccompRule {
        names = List.copyOf(names);
        args = List.copyOf(args);
    }

    /**
     * A condition on the container and its host.
     *
     * @param caps of the container's bounding set
     * @param arches the machine's, by Go's names
     * @param minKernel at least this version
     */
    public record Scope(Set<Capability> caps, Set<String> arches, Optional<KernelVersion> minKernel) {
        /** No condition. */
        public static final Scope NONE = new Scope(Set.of(), Set.of(), Optional.empty());

        public Scope {
            caps = Set.copyOf(caps);
            arches = Set.copyOf(arches);
        }

        boolean includes(SeccompTarget target) {
            return target.bounding().containsAll(caps)
                    && (arches.isEmpty() || arches.contains(target.arch().goName()))
                    && minKernel.stream().allMatch(min -> target.kernel().compareTo(min) >= 0);
        }

        boolean excludes(SeccompTarget target) {
            return caps.stream().anyMatch(target.bounding()::contains)
                    || arches.contains(target.arch().goName())
                    || minKernel.stream().anyMatch(min -> target.kernel().compareTo(min) >= 0);
        }
    }

    /** Whether it is in force for a container. */
    boolean appliesTo(SeccompTarget target) {
        return includes.includes(target) && !excludes.excludes(target);
    }

    /** Its argument conditions as alternatives, each a conjunction. */
    List<List<ArgCondition>> alternatives() {
        boolean repeated = args.stream().map(ArgCondition::index).distinct().count() < args.size();
        return repeated ? args.stream().map(List::of).toList() : List.of(args);
    }
}
