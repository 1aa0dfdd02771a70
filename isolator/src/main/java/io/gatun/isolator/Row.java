package io.gatun.isolator;

import io.gatun.ffm.process.SyscallRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** One step of a {@link LaunchPlan}, as an isolator asks for it. */
public sealed interface Row {
    /** What the agent does before it clones, in the order of the isolators; prints itself as a call. */
    sealed interface Agent extends Row {
        /** What it is done to. */
        Path path();

        /** The same, done to something else. */
        Agent at(Path other);
    }

    /** The agent creates a cgroup; it is removed with the container. */
    record Cgroup(Path directory) implements Agent {
        @Override
        public Path path() {
            return directory;
        }

        @Override
        public Agent at(Path other) {
            return new Cgroup(other);
        }

        @Override
        public String toString() {
            return "mkdir(\"" + directory + "\", 0755)";
        }
    }

    /** The agent writes a file of a cgroup. */
    record Write(Path file, String data) implements Agent {
        @Override
        public Path path() {
            return file;
        }

        @Override
        public Agent at(Path other) {
            return new Write(other, data);
        }

        @Override
        public String toString() {
            return "write(\"" + file + "\", \"" + data + "\")";
        }
    }

    /** The agent makes a directory in the container's runtime directory, with which it goes. */
    record Directory(Path directory) implements Agent {
        @Override
        public Path path() {
            return directory;
        }

        @Override
        public Agent at(Path other) {
            return new Directory(other);
        }

        @Override
        public String toString() {
            return "mkdir(\"" + directory + "\", 0700)";
        }
    }

    /** The agent makes a symbolic link in the container's runtime directory, with which it goes. */
    record Link(Path target, Path link) implements Agent {
        @Override
        public Path path() {
            return link;
        }

        @Override
        public Agent at(Path other) {
            return new Link(target, other);
        }

        @Override
        public String toString() {
            return "symlink(\"" + target + "\", \"" + link + "\")";
        }
    }

    /**
     * The agent makes a directory that others may have a hand in, and those on the way: links that lead out of
     * {@code top} are refused.
     *
     * @param place relative to {@code top}
     * @param owner of what is made; empty for the agent's own user
     */
    record DirectoryBeneath(Path top, String place, Optional<Identity> owner) implements Agent {
        @Override
        public Path path() {
            return top;
        }

        @Override
        public Agent at(Path other) {
            return new DirectoryBeneath(other, place, owner);
        }

        @Override
        public String toString() {
            return "mkdirat(\"" + top + "\", \"" + place + "\", 0755) /* beneath */";
        }
    }

    /**
     * The agent attaches a program to a cgroup v2 that allows what any of these rules allows; bpf(2). It goes with the
     * cgroup.
     */
    record AttachDevices(Path cgroup, List<DeviceRule> rules) implements Agent {
        public AttachDevices {
            rules = List.copyOf(rules);
        }

        @Override
        public Path path() {
            return cgroup;
        }

        @Override
        public Agent at(Path other) {
            return new AttachDevices(other, rules);
        }

        @Override
        public String toString() {
            return "bpf(BPF_PROG_ATTACH, {target=\"" + cgroup + "\", program=" + rules
                    + ", attach_type=BPF_CGROUP_DEVICE, attach_flags=BPF_F_ALLOW_MULTI})";
        }
    }

    /** The child is cloned into a cgroup v2. */
    record StartIn(Path directory) implements Row {}

    /** The child is cloned into a new namespace. */
    record Unshared(Namespace namespace) implements Row {}

    /** The child makes a system call before it executes the init. */
    record InChild(Phase phase, SyscallRecord record) implements Row {
        public InChild {
            Objects.requireNonNull(phase, "phase");
            Objects.requireNonNull(record, "record");
        }
    }

    /**
     * The child makes a system call in place of all those of {@link Phase#MOUNT} and {@link Phase#ROOT}, where it is given an
     * empty mount namespace that was made ahead: a descriptor of that is bound to {@link LaunchPlan#MOUNTS}. Where a plan has
     * no such row, the child needs a mount namespace of the host's files.
     */
    record InMadeMounts(SyscallRecord record) implements Row {
        public InMadeMounts {
            Objects.requireNonNull(record, "record");
        }
    }

    /** The task makes a system call before it executes its program. */
    record InTask(Phase phase, SyscallRecord record) implements Row {
        public InTask {
            Objects.requireNonNull(phase, "phase");
            Objects.requireNonNull(record, "record");
        }
    }
}
