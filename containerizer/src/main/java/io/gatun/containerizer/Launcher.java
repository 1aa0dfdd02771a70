package io.gatun.containerizer;

import io.gatun.containerizer.session.Launched;
import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.process.CompiledTable;
import io.gatun.ffm.process.Credentials;
import io.gatun.ffm.process.Init;
import io.gatun.ffm.process.MemFd;
import io.gatun.ffm.process.Names;
import io.gatun.ffm.process.PidFd;
import io.gatun.ffm.process.SyscallTable;
import io.gatun.ffm.process.Trampoline;
import io.gatun.ffm.process.WaitId;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.process.ProgramIsolator;
import io.gatun.isolator.process.StreamRows;
import io.gatun.isolator.security.Confinement;
import io.gatun.isolator.security.SecurityPolicy;
import io.gatun.isolator.selection.Isolators;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Carries a launch plan out. What it throws leaves no process behind; cgroups and checkpoint are the caller's. */
final class Launcher implements AutoCloseable {
    /** Executing a program may wait for a slow disk, but not for ever. */
    private static final long READY_TIMEOUT_MS = 60_000;

    private final Host host;
    private final Isolators isolators;
    private final SecurityPolicy security;
    private final Identities identities;
    private final Optional<UnaryOperator<LaunchPlan>> changes;
    private final KnownPlans known;
    private final Cloning cloning = new Cloning();

    /** @param changes what becomes of each plan before it is carried out */
    Launcher(Host host, Isolators isolators, SecurityPolicy security, Optional<UnaryOperator<LaunchPlan>> changes) {
        Init.executable(); // before any descriptor that a launch uses, see there
        this.host = host;
        this.isolators = isolators;
        this.security = security;
        this.identities = new Identities(host);
        this.changes = changes;
        this.known = new KnownPlans(isolators);
    }

    /** The plan for a container here, its user looked up. */
    LaunchPlan plan(ContainerConfig config, Path runtime) {
        return isolators.plan(
                new LaunchContext(config, host, identities.of(config, Optional.empty()), runtime, confinement(config)));
    }

    /** What was asked for, what its processes may do, and whether it is of a known kind: decided once for a launch. */
    record Asked(ContainerConfig config, Confinement confinement, Optional<KnownPlans.Known> kind) {}

    /** A started container: its init, once the task's program was executed. */
    record Started(Trampoline.Child init, Checkpoint.Running running) {}

    /**
     * Decides what the processes of a container may do.
     *
     * @throws IllegalArgumentException naming field, value and rule
     */
    Asked confine(ContainerConfig config) {
        return new Asked(config, confinement(config), Optional.empty());
    }

    /**
     * Refuses what cannot be launched here; nothing is created.
     *
     * @throws IllegalArgumentException naming field, value and rule
     */
    Asked check(ContainerConfig config, Path runtime) {
        Optional<KnownPlans.Known> kind = known.find(config);
        Confinement confinement = kind.filter(_ -> !security.readsProfile(config))
                .map(same -> same.template().confinement())
                .orElseGet(() -> confinement(config));
        LaunchContext context = new LaunchContext(config, host, Optional.empty(), runtime, confinement);
        refuse(kind.isPresent() ? isolators.missing(context) : isolators.problems(context));
        return new Asked(config, confinement, kind);
    }

    private static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private Confinement confinement(ContainerConfig config) {
        return security.confine(config, host, isolators.names());
    }

    /**
     * Launches.
     *
     * @param asked what was checked before anything was made
     * @param made what the host parts prepared
     * @param way how it differs from a container of its own
     * @return once the task's program was executed, and that is written down
     * @throws SyscallException naming the step
     * @throws CgroupFiles.CgroupException naming file and value
     */
    Started launch(Asked asked, HostParts.Made made, Checkpoint checkpoint, Way way) {
        ContainerConfig config = made.config();
        boolean same = config.equals(asked.config());
        LaunchContext context = new LaunchContext(
                config,
                host,
                identities.of(config, made.users()),
                checkpoint.directory(),
                same ? asked.confinement() : confinement(config));
        if (!same || way.program() || config.namespaces().ids().isPresent()) {
            // A host part knows more than was asked for: an image its user, root and entrypoint.
            // With mapped ids the user matters, who was not known yet.
            refuse(isolators.problems(context));
        }
        KnownPlans.Ready plan = plan(same ? asked.kind() : known.find(config), context, way);
        if (!way.program()) {
            context.owner().ifPresent(who -> Credentials.ownDirectory(config.sandbox(), who.uid(), who.gid()));
        }
        plan.plan().agent(plan.names()).forEach(AgentSteps::run);
        CompiledTable.Filled task = plan.plan().task().with(plan.names());
        try (Joint joint = Joint.with(way);
                OwnedFd file = checkpoint.createInitFile();
                Fd.Pipe ready = Fd.pipe();
                OwnedFd table = MemFd.of(
                        "gatun-table", Init.table(task, file.fd(), ready.write().fd(), endingFd(made.bindings())))) {
            Map<String, Long> bindings = new HashMap<>(Map.of(
                    ProgramIsolator.INIT, (long) Init.executable(),
                    ProgramIsolator.TABLE, (long) table.fd(),
                    ProgramIsolator.CHECKPOINT, (long) file.fd(),
                    ProgramIsolator.READY, (long) ready.write().fd()));
            made.bindings().forEach((name, fd) -> bindings.put(name, (long) fd.fd()));
            joint.bind(bindings);
            Trampoline.Child child = cloning.start(plan.plan(), plan.names(), bindings);
            ready.write().close();
            try {
                // Meanwhile the init executes the task's program, on another processor if there is one.
                Launched.save(config, checkpoint.directory());
                long startTime = Proc.startTime(child.pid()).orElse(-1);
                requireStarted(ready.read(), task.table(), plan.names());
                return new Started(child, running(child, startTime, checkpoint, file));
            } catch (RuntimeException e) {
                kill(child);
                throw e;
            }
        }
    }

    private KnownPlans.Ready plan(Optional<KnownPlans.Known> kind, LaunchContext context, Way way) {
        Optional<KnownPlans.Ready> ready = kind.flatMap(one -> known.ready(one, context));
        if (ready.isPresent() && way.alone()) {
            return ready.get();
        }
        LaunchPlan plan = way.plan().apply(isolators.plan(context));
        if (changes.isPresent()) {
            return KnownPlans.Ready.of(changes.get().apply(plan));
        }
        if (way.alone()) {
            known.planned(context);
        }
        return KnownPlans.Ready.of(plan);
    }

    /** The child is not reaped before somebody watches it, so its id is still its own. */
    private static Checkpoint.Running running(
            Trampoline.Child child, long startTime, Checkpoint checkpoint, OwnedFd file) {
        Checkpoint.Running running =
                new Checkpoint.Running(child.pid(), startTime, Proc.bootId(), System.currentTimeMillis() / 1e3);
        checkpoint.running(file, running);
        return running;
    }

    private static int endingFd(Map<String, OwnedFd> bindings) {
        OwnedFd ending = bindings.get(StreamRows.ENDING);
        return ending == null ? 0 : ending.fd();
    }

    private static void requireStarted(OwnedFd ready, SyscallTable task, Names names) {
        if (!Fd.awaitReadable(ready.fd(), READY_TIMEOUT_MS)) {
            throw new SyscallException("execve", "", Errno.ETIMEDOUT);
        }
        byte[] message = Fd.read(ready.fd(), Init.READY_BYTES, "ready pipe");
        if (message.length < Init.READY_BYTES) {
            throw new IllegalStateException("the init was killed before the task's program was executed");
        }
        Init.requireStarted(message, task, names);
    }

    private static void kill(Trampoline.Child child) {
        try (OwnedFd pidfd = child.pidfd()) {
            PidFd.signal(pidfd.fd(), Signals.SIGKILL);
            WaitId.reap(pidfd.fd());
        }
    }

    @Override
    public void close() {
        cloning.close();
    }
}
