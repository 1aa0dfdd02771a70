package io.gatun.isolator;

import java.util.List;

/** A pure function from what a container is to be, on a given host, to steps of its launch. */
@FunctionalInterface
public interface Isolator {
    /** The steps; order matters within a phase only. */
    List<Row> rows(ContainerConfig config, Host host);
}
