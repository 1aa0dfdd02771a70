package io.gatun.isolator;

/**
 * Users and groups 0 to {@code count - 1} of a container are {@code firstHostId} and following on the host;
 * user_namespaces(7).
 *
 * @param firstHostId 1 to 2^31 - 1: a container's root must not be the host's
 * @param count 1 to 2^31 - 1; 65536 covers what images use
 */
public record IdMapping(int firstHostId, int count) {
    public IdMapping {
        if (firstHostId < 1) {
            throw new IllegalArgumentException(
                    "idMapping.firstHostId=" + firstHostId + ": must be 1 or more, as 0 is the host's root");
        }
        if (count < 1 || Integer.MAX_VALUE - count < firstHostId) {
            throw new IllegalArgumentException("idMapping.count=" + count + ": must be 1 or more, and end below 2^31 ("
                    + firstHostId + " + " + count + ")");
        }
    }

    /** The line of uid_map and gid_map. */
    public String line() {
        return "0 " + firstHostId + " " + count;
    }

    /**
     * Who somebody of the container is on the host.
     *
     * @throws IllegalArgumentException for one beyond the mapping
     */
    public Identity onHost(Identity inside) {
        return new Identity(
                onHost("uid", inside.uid()),
                onHost("gid", inside.gid()),
                inside.groups().stream().map(group -> onHost("group", group)).toList());
    }

    private int onHost(String field, int id) {
        if (id >= count) {
            throw new IllegalArgumentException(
                    field + "=" + id + ": must be below " + count + ", how many ids the container has");
        }
        return firstHostId + id;
    }
}
