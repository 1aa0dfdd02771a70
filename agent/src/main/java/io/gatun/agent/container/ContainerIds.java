package io.gatun.agent.container;

import io.gatun.mesos.v1.ContainerID;
import java.util.regex.Pattern;

/** Mesos' nested ContainerIDs, and the dotted form that the containerizer has: {@code parent.child.grandchild}. */
public final class ContainerIds {
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{1,200}");

    private ContainerIds() {}

    /**
     * The dotted form.
     *
     * @throws IllegalArgumentException when a part is not 1 to 200 of {@code A-Z a-z 0-9 _ -}
     */
    public static String internal(ContainerID id) {
        if (!VALUE.matcher(id.getValue()).matches()) {
            throw new IllegalArgumentException(
                    "container_id.value=" + id.getValue() + ": must be 1 to 200 of A-Z a-z 0-9 _ -");
        }
        return id.hasParent() ? internal(id.getParent()) + "." + id.getValue() : id.getValue();
    }

    /** The message of a dotted form. */
    public static ContainerID message(String internal) {
        int dot = internal.lastIndexOf('.');
        ContainerID.Builder id = ContainerID.newBuilder().setValue(internal.substring(dot + 1));
        return dot < 0
                ? id.build()
                : id.setParent(message(internal.substring(0, dot))).build();
    }

    /** The outermost container that one is nested in, or itself. */
    public static String root(String internal) {
        int dot = internal.indexOf('.');
        return dot < 0 ? internal : internal.substring(0, dot);
    }
}
