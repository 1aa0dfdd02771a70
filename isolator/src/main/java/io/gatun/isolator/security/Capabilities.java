package io.gatun.isolator.security;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The capability sets of a task; capabilities(7). The inheritable set is the ambient one: it serves no other purpose,
 * and more in it would let files with inheritable capabilities give them to whoever runs them.
 *
 * @param effective what the task has, effective and permitted; part of {@code bounding}. A task of user 0 without
 *     no_new_privs gets all of {@code bounding} when it executes its program: that is the kernel's rule for root
 * @param bounding what it can get at most, by whatever it executes
 * @param ambient what a task of another user than 0 keeps when it executes its program; part of {@code effective}
 */
public record Capabilities(Set<Capability> effective, Set<Capability> bounding, Set<Capability> ambient) {
    /** None, and none to be had. */
    public static final Capabilities NONE = new Capabilities(Set.of(), Set.of(), Set.of());

    /** Those of a container with an image; another user than 0 has none until it runs a program that gives some. */
    public static final Capabilities CONTAINER = new Capabilities(Capability.CONTAINER, Capability.CONTAINER, Set.of());

    public Capabilities {
        effective = sorted(effective);
        bounding = sorted(bounding);
        ambient = sorted(ambient);
        requirePart("effective_capabilities", effective, "bounding_capabilities", bounding);
        requirePart("ambient_capabilities", ambient, "effective_capabilities", effective);
    }

    /** As Mesos does it: the effective ones are kept by whatever user the task has. */
    public static Capabilities of(Set<Capability> effective, Set<Capability> bounding) {
        return new Capabilities(effective, bounding, effective);
    }

    private static Set<Capability> sorted(Set<Capability> set) {
        EnumSet<Capability> sorted = EnumSet.noneOf(Capability.class);
        sorted.addAll(set);
        return Collections.unmodifiableSet(sorted);
    }

    private static void requirePart(String field, Set<Capability> part, String wholeField, Set<Capability> whole) {
        EnumSet<Capability> outside = EnumSet.noneOf(Capability.class);
        outside.addAll(part);
        outside.removeAll(whole);
        if (!outside.isEmpty()) {
            throw new IllegalArgumentException(
                    field + "=" + part + ": " + outside + " must be in " + wholeField + "=" + whole + " too");
        }
    }
}
