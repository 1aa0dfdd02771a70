package io.gatun.containerizer;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.process.Credentials;
import io.gatun.ffm.process.Init;
import io.gatun.ffm.process.MemFd;
import io.gatun.ffm.process.Prctl;
import io.gatun.ffm.process.SyscallTable;
import io.gatun.ffm.process.Trampoline;
import io.gatun.ffm.process.WaitId;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.Identity;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.ProgramIsolator;
import io.gatun.isolator.UserDatabase;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Carries a launch plan out. What it throws leaves no process behind; cgroups and checkpoint are the caller's. */
final class Launcher {
    /** Executing a program may wait for a slow disk, but not for ever. */
    private static final long READY_TIMEOUT_MS = 60_000;

    private final Host host;

    Launcher(Host host) {
        this.host = host;
    }

    /** The plan for a container here, its user looked up. */
    LaunchPlan plan(ContainerConfig config) {
        return LaunchPlan.of(config, host, identity(config));
    }

    /**
     * Launches.
     *
     * @return the init, once the task's program was executed
     * @throws SyscallException naming the step
     * @throws CgroupFiles.CgroupException naming file and value
     */
    Trampoline.Child launch(ContainerConfig config, Checkpoint checkpoint) {
        Optional<Identity> identity = identity(config);
        LaunchPlan plan = LaunchPlan.of(config, host, identity);
        if (host.canChangeUser()) {
            identity.ifPresent(who -> Credentials.own(config.sandbox(), who.uid(), who.gid()));
        }
        plan.cgroups().forEach(CgroupFiles::create);
        plan.writes().forEach(write -> CgroupFiles.write(write.file(), write.data()));
        SyscallTable task = plan.taskTable();
        try (OwnedFd pidFile = checkpoint.openPidFile();
                OwnedFd status = checkpoint.openStatusFile();
                Fd.Pipe ready = Fd.pipe();
                OwnedFd init = MemFd.executable(
                        Init.NAME,
                        Init.image(host.arch(), task, status.fd(), ready.write().fd()))) {
            Map<String, Long> bindings = Map.of(
                    ProgramIsolator.INIT, (long) init.fd(),
                    ProgramIsolator.STATUS, (long) status.fd(),
                    ProgramIsolator.READY, (long) ready.write().fd(),
                    ProgramIsolator.PID_FILE, (long) pidFile.fd());
            Trampoline.Child child = start(plan, bindings);
            ready.write().close();
            requireStarted(child, ready.read(), task);
            return child;
        }
    }

    private static Trampoline.Child start(LaunchPlan plan, Map<String, Long> bindings) {
        if (plan.cgroup().isEmpty()) {
            return clone(plan, OptionalInt.empty(), bindings);
        }
        Path directory = plan.cgroup().get();
        try (OwnedFd cgroup = Fd.open(directory, Fd.O_RDONLY | Fd.oDirectory(io.gatun.ffm.Arch.current()), 0)) {
            return clone(plan, OptionalInt.of(cgroup.fd()), bindings);
        }
    }

    private static Trampoline.Child clone(LaunchPlan plan, OptionalInt cgroup, Map<String, Long> bindings) {
        int dumpable = Prctl.dumpable();
        try {
            return Trampoline.start(plan.namespaceFlags(), cgroup, plan.childTable(), bindings);
        } finally {
            // A child that changes its credentials clears the flag of the memory that it shares with this process;
            // whose /proc files then belong to root, so that its next child could not map its ids.
            if (Prctl.dumpable() != dumpable) {
                Prctl.dumpable(dumpable);
            }
        }
    }

    private static void requireStarted(Trampoline.Child child, OwnedFd ready, SyscallTable task) {
        try {
            if (!Fd.awaitReadable(ready.fd(), READY_TIMEOUT_MS)) {
                throw new SyscallException("execve", "", Errno.ETIMEDOUT);
            }
            byte[] message = Fd.read(ready.fd(), Init.READY_BYTES, "ready pipe");
            if (message.length < Init.READY_BYTES) {
                throw new IllegalStateException("the init was killed before the task's program was executed");
            }
            Init.requireStarted(message, task);
        } catch (RuntimeException e) {
            try (OwnedFd pidfd = child.pidfd()) {
                io.gatun.ffm.process.PidFd.signal(pidfd.fd(), Signals.SIGKILL);
                WaitId.reap(pidfd.fd());
            }
            throw e;
        }
    }

    private Optional<Identity> identity(ContainerConfig config) {
        if (config.user().isEmpty()) {
            return Optional.empty();
        }
        String user = config.user().get();
        UserDatabase users = UserDatabase.parse(
                Proc.read(Path.of("/etc/passwd")).orElse(""),
                Proc.read(Path.of("/etc/group")).orElse(""));
        Identity identity = users.find(user)
                .orElseThrow(() -> new IllegalArgumentException("user " + user + ": is not in /etc/passwd"));
        if (!host.canChangeUser() && identity.uid() != host.uid()) {
            throw new IllegalArgumentException(
                    "user " + user + ": the agent is user " + host.uid() + " and not root, so cannot become another");
        }
        return Optional.of(identity);
    }
}
