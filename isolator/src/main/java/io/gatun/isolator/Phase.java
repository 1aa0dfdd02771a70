package io.gatun.isolator;

/** The order in which a child runs its system calls; within a phase, the order of the isolators. */
public enum Phase {
    /** Signals, standard streams: what a program takes for granted. */
    BASICS,
    /** Ids of a user namespace. */
    USER_NAMESPACE,
    /** Cgroups joined from inside. */
    CGROUP,
    /** Namespaces of others joined. */
    JOIN,
    /** The loopback device of a network namespace that has nothing else; done already where one was made ahead. */
    LOOPBACK,
    /** What is mounted and opened of the host's before its files are out of reach; otherwise where mounts were made ahead. */
    MOUNT,
    /** The new root becomes the root; otherwise where mounts were made ahead. */
    ROOT,
    /** The places in the new root to mount on. */
    PLACES,
    /** All of /dev that containers have in common; attached instead where it was made ahead. */
    DEVICES,
    /** What else is mounted and attached in the new root. */
    FILES,
    /** The host name. */
    HOST_NAME,
    /** A terminal for the standard streams. */
    STREAMS,
    /** Ids that the agent maps: last of what root does, so that all before was done as the host's root. */
    ID_MAP,
    /** The session and the terminal of the task. */
    SESSION,
    /** Resource limits, bounding set, user and groups. */
    PRIVILEGES,
    /** What is left of the capabilities, once the user has changed. */
    CAPABILITIES,
    /** Descriptors closed at exec. */
    DESCRIPTORS,
    /** System calls filtered; of those that a filter could refuse only exec comes after it. */
    SECCOMP,
    /** Program executed. */
    EXEC
}
