package io.gatun.isolator;

import java.util.List;

/**
 * Who a task runs as; credentials(7).
 *
 * @param uid 0 to 2^31 - 1
 * @param gid primary group
 * @param groups supplementary groups, the primary one included
 */
public record Identity(int uid, int gid, List<Integer> groups) {
    /** The superuser. */
    public static final Identity ROOT = new Identity(0, 0, List.of(0));

    public Identity {
        if (uid < 0 || gid < 0) {
            throw new IllegalArgumentException("uid=" + uid + ", gid=" + gid + ": must not be negative");
        }
        groups = List.copyOf(groups);
    }
}
