package io.gatun.isolator.security;

import java.util.Objects;

/** Which system calls a container asks to be held to. */
public sealed interface Seccomp {
    /** What the agent has for containers that say nothing. */
    record Standard() implements Seccomp {}

    /** All of them, LinuxInfo.seccomp.unconfined of Mesos. */
    record Unconfined() implements Seccomp {}

    /**
     * Those of a profile, LinuxInfo.seccomp.profile_name of Mesos.
     *
     * @param name of a file in the agent's {@code --seccomp_config_dir}
     */
    record Profile(String name) implements Seccomp {
        public Profile {
            Objects.requireNonNull(name, "name");
        }
    }
}
