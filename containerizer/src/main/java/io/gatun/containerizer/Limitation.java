package io.gatun.containerizer;

/** A limit of a container that was enforced by ending or refusing something. */
public enum Limitation {
    /** The OOM killer ended a process of the container: memory.events oom_kill, v1 memory.oom_control. */
    MEMORY,
    /** The task failed after the kernel had refused it a fork: pids.events max. */
    PIDS,
    /** More bytes on disk than the container may have. */
    DISK,
    /** A process listens on a port that was not given to the container. */
    PORTS
}
