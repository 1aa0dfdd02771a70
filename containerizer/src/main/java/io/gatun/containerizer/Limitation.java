package io.gatun.containerizer;

/** A limit of a container that the kernel enforced by ending or refusing something. */
public enum Limitation {
    /** The OOM killer ended a process of the container: memory.events oom_kill, v1 memory.oom_control. */
    MEMORY,
    /** The task failed after the kernel had refused it a fork: pids.events max. */
    PIDS
}
