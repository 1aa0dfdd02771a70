package io.gatun.isolator;

import java.util.List;

/** A pure function from what a container is to be, on a given host, to steps of its launch. */
@FunctionalInterface
public interface Isolator {
    /** The steps; order matters within a phase only. */
    List<Row> rows(LaunchContext launch);

    /**
     * Why the container cannot be launched, one line each, naming field, value and rule; empty when it can. Asked before
     * anything is created.
     */
    default List<String> problems(LaunchContext launch) {
        return List.of();
    }
}
