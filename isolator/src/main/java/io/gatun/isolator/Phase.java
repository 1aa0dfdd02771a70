package io.gatun.isolator;

/** The order in which a child runs its system calls; within a phase, the order of the isolators. */
public enum Phase {
    /** Signals, standard streams, working directory: what a program takes for granted. */
    BASICS,
    /** Ids of a user namespace. */
    USER_NAMESPACE,
    /** Cgroups joined from inside. */
    CGROUP,
    /** The mount namespace. */
    MOUNT,
    /** The host name. */
    HOST_NAME,
    /** The session of the task. */
    SESSION,
    /** User, groups, what can be gained. */
    PRIVILEGES,
    /** Descriptors closed, program executed. */
    EXEC
}
