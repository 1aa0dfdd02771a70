package io.gatun.isolator;

/**
 * What a container's processes may do; capabilities(7), seccomp(2).
 *
 * @param noNewPrivileges whether exec can gain nothing; prctl(2)
 */
public record Privileges(boolean noNewPrivileges) {
    /** What a container has that asks for nothing. */
    public static final Privileges DEFAULT = new Privileges(true);
}
