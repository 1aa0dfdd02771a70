package io.gatun.master.allocator;

import java.util.Map;

/**
 * What a top-level role and the roles below it are promised at least, and may have at most, of the scalar resources that are
 * neither revocable nor reserved for others. In thousandths, by resource name; a name that is absent is not guaranteed, or
 * not limited.
 */
public record Quota(Map<String, Long> guarantees, Map<String, Long> limits) {
    /** Nothing guaranteed, nothing limited. */
    public static final Quota NONE = new Quota(Map.of(), Map.of());

    /** Copies the maps. */
    public Quota {
        guarantees = Map.copyOf(guarantees);
        limits = Map.copyOf(limits);
    }
}
