package io.gatun.containerizer;

import io.gatun.isolator.LaunchPlan;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * How a launch differs from that of a container of its own.
 *
 * @param plan what becomes of the plan
 * @param through the process whose namespaces are joined
 * @param program whether it is a program in a container, which has no sandbox of its own
 */
record Way(UnaryOperator<LaunchPlan> plan, OptionalLong through, boolean program) {
    /** A container that is nested in none. */
    static final Way ALONE = new Way(UnaryOperator.identity(), OptionalLong.empty(), false);

    /** Whether it is a container that is nested in none. */
    boolean alone() {
        return through.isEmpty();
    }
}
