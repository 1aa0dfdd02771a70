package io.gatun.containerizer;

import io.gatun.containerizer.events.EventLoop;
import io.gatun.containerizer.session.ProgramStreams;
import io.gatun.containerizer.session.Streams;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.process.Init;
import io.gatun.ffm.process.PidFd;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Limits;
import io.gatun.isolator.UserDatabase;
import io.gatun.isolator.cgroup.Controllers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Containers as processes of this host: launch plans, cgroups, pidfds. One of it per runtime directory and cgroup root. */
public final class LinuxContainerizer implements Containerizer {
    private static final int MAX_TRIES = 5;

    private final ContainerizerConfig config;
    private final List<String> degradations;
    private final Claims claims;
    private final Host host;
    private final Launcher launcher;
    private final Cgroups cgroups;
    private final Cleanup cleanup;
    private final UsageReader usage;
    private final Streams streams = new Streams();
    private final HostParts parts;
    private final EventLoop loop;
    private final Ending ending;
    private final Updates updates;
    private final PerfSampler perf;
    private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final Nesting nesting;
    private final Recovery recovery;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LinuxContainerizer(
            ContainerizerConfig config,
            HostProbe.Outcome probed,
            Claims claims,
            Function<Limiter, List<HostPart>> parts,
            Optional<UnaryOperator<LaunchPlan>> changes) {
        this.config = config;
        this.claims = claims;
        this.host = config.isolators().select(probed.host());
        this.degradations = probed.reasons();
        this.launcher = new Launcher(host, config.isolators(), config.security(), changes);
        this.parts = new HostParts(Stream.concat(parts.apply(this::limit).stream(), Stream.of(streams))
                .toList());
        this.nesting = new Nesting(entries, host.cgroups());
        this.cgroups = new Cgroups(host.cgroups());
        this.cleanup = new Cleanup(cgroups);
        this.usage = new UsageReader(host.cgroups());
        this.loop = new EventLoop("gatun-container-ends");
        this.updates = new Updates(config, host.cgroups());
        this.perf = new PerfSampler(config.perf(), host.cgroups(), this::running);
        this.ending = new Ending(loop, cgroups, new Limitations(host.cgroups()), this.parts);
        this.recovery = new Recovery(this, entries, cgroups, cleanup, this.parts);
    }

    /** Opens the containerizer of a host, without any host parts. */
    public static LinuxContainerizer open(ContainerizerConfig config) {
        return open(config, limiter -> List.of());
    }

    /**
     * Opens the containerizer of a host: tries what isolation is possible, makes the root cgroups.
     *
     * @param parts given the limiter, the host parts in the order in which they are made; the caller closes what needs
     *     closing after it has closed this
     * @throws IllegalStateException when another agent uses the same runtime directory or cgroup root
     * @throws io.gatun.ffm.SyscallException when not even a plain child can be cloned (clone3: ENOSYS under a seccomp
     *     filter that does not know it)
     */
    public static LinuxContainerizer open(ContainerizerConfig config, Function<Limiter, List<HostPart>> parts) {
        return open(config, parts, Optional.empty());
    }

    /** @param changes what becomes of each plan before it is carried out: for tests that stop a launch at any step */
    static LinuxContainerizer open(
            ContainerizerConfig config,
            Function<Limiter, List<HostPart>> parts,
            Optional<UnaryOperator<LaunchPlan>> changes) {
        try {
            Files.createDirectories(config.runtimeDir().resolve("containers"));
        } catch (IOException e) {
            throw new UncheckedIOException("mkdir " + config.runtimeDir().resolve("containers"), e);
        }
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            HostProbe.Outcome probed =
                    HostProbe.run(config.cgroupsRoot(), config.isolators().names(), true);
            Optional<Claims> claims =
                    Claims.of(config, new Cgroups(probed.host().cgroups()).roots());
            if (claims.isPresent()) {
                return new LinuxContainerizer(config, probed, claims.get(), parts, changes);
            }
        }
        throw new IllegalStateException(
                "cgroups_root=" + config.cgroupsRoot() + ": is removed by somebody as soon as it is made");
    }

    /**
     * The plan by which a container would be launched here, one system call a line; nothing is launched or changed.
     * This is what {@code gatun explain launch} prints.
     */
    public static String explain(ContainerConfig container, ContainerizerConfig config) {
        HostProbe.Outcome probed =
                HostProbe.run(config.cgroupsRoot(), config.isolators().names(), false);
        StringBuilder text = new StringBuilder();
        probed.reasons()
                .forEach(reason -> text.append("off here: ").append(reason).append('\n'));
        Controllers.unenforced(
                        container.limits(),
                        probed.host().cgroups(),
                        config.isolators().names())
                .forEach(line -> text.append(line).append('\n'));
        return text.append(new Launcher(
                                config.isolators().select(probed.host()),
                                config.isolators(),
                                config.security(),
                                Optional.empty())
                        .plan(
                                container,
                                config.runtimeDir().resolve("containers").resolve(container.id())))
                .toString();
    }

    @Override
    public Container launch(ContainerConfig container) {
        String id = container.id();
        updates.requireEnforced(id, container.limits());
        Entry entry = new Entry(id, container.limits(), checkpoint(id));
        try {
            Launcher.Asked asked = launcher.check(container, entry.checkpoint().directory());
            Streams.problem(container).ifPresent(problem -> {
                throw new IllegalArgumentException(problem);
            });
            return launch(asked, entry, nesting.way(container), parts, Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new LaunchException(id, e.getMessage(), e);
        }
    }

    private Container launch(
            Launcher.Asked asked, Entry entry, Way way, HostParts needed, Optional<UserDatabase> users) {
        ContainerConfig container = asked.config();
        String id = container.id();
        if (entries.putIfAbsent(id, entry) != null) {
            throw new IllegalStateException("container " + id + ": is known already");
        }
        Path directory = entry.checkpoint().directory();
        try {
            entry.checkpoint().create(container);
            try (HostParts.Made made = needed.make(container, directory).orUsers(users)) {
                requireWanted(entry);
                entry.become(new Life.Launching());
                Container started = started(entry, container, launcher.launch(asked, made, entry.checkpoint(), way));
                needed.started(made.config(), directory, started.pid());
                if (nesting.orphaned(container) || entry.unwanted()) {
                    stopAll(entry);
                }
                return started;
            }
        } catch (RuntimeException e) {
            entries.remove(id);
            discard(entry, e);
            entry.termination().completeExceptionally(e);
            throw new LaunchException(id, e.getMessage(), e);
        }
    }

    private static void requireWanted(Entry entry) {
        if (entry.unwanted()) {
            throw new IllegalStateException("was destroyed while it was launched");
        }
    }

    @Override
    public Session exec(String id, String name, ExecConfig program) {
        Container target =
                running(entry(id)).orElseThrow(() -> new IllegalArgumentException("container " + id + ": has ended"));
        ContainerConfig config = Programs.config(target, checkpoint(id).directory(), name, program);
        Entry entry = new Entry(config.id(), config.limits(), checkpoint(config.id()), true);
        ProgramStreams own = new ProgramStreams(streams);
        launch(
                confined(config),
                entry,
                Programs.way(target, config, program),
                new HostParts(List.of(own)),
                Programs.users(target, config));
        return own.attach(config.id(), entry.termination(), () -> stop(entry));
    }

    private Launcher.Asked confined(ContainerConfig config) {
        try {
            return launcher.confine(config);
        } catch (IllegalArgumentException e) {
            throw new LaunchException(config.id(), e.getMessage(), e);
        }
    }

    private Container started(Entry entry, ContainerConfig container, Launcher.Started launched) {
        Container started = new Container(
                entry.id(),
                launched.init().pid(),
                container.sandbox(),
                launched.running().startedEpochSeconds());
        watch(entry, started, launched.init().pidfd());
        return started;
    }

    /** Waits for the end of a container that runs. */
    void watch(Entry entry, Container container, OwnedFd init) {
        entry.become(new Life.Running(container, init));
        loop.whenReadable(
                init.fd(),
                () -> nesting.afterChildren(entry.id(), this::destroy, () -> ending.end(entry, Optional.of(init))));
    }

    private void discard(Entry entry, RuntimeException cause) {
        try {
            cleanup.cgroups(entry.id());
            parts.remove(entry.id(), entry.checkpoint().directory());
            entry.checkpoint().delete();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public CompletableFuture<Termination> termination(String id) {
        return entry(id).termination().copy();
    }

    @Override
    public void kill(String id, int signal) {
        if (signal < 1 || signal > Signals.MAX) {
            throw new IllegalArgumentException("signal=" + signal + ": must be 1 to " + Signals.MAX);
        }
        Entry entry = entry(id);
        int sent = signal == Signals.SIGTERM
                ? parts.stopSignal(id, entry.checkpoint().directory()).orElse(signal)
                : signal;
        synchronized (entry) {
            if (entry.life() instanceof Life.Running running && !running.init().isClosed()) {
                PidFd.signalWithValue(running.init().fd(), Init.CARRIER_SIGNAL, sent);
            }
        }
    }

    @Override
    public CompletableFuture<Termination> destroy(String id) {
        Entry entry = entry(id);
        stopAll(entry);
        return entry.termination().copy();
    }

    private void stopAll(Entry entry) {
        // From here on nothing new is nested in it.
        entry.stop();
        nesting.afterChildren(entry.id(), this::destroy, () -> stop(entry));
    }

    private void stop(Entry entry) {
        synchronized (entry) {
            if (entry.stop() instanceof Life.Stopping stopping
                    && !stopping.init().isClosed()) {
                killAll(entry.id(), stopping);
            }
        }
    }

    private void limit(String id, Limitation limitation, String message) {
        Entry entry = entries.get(id);
        if (entry != null && entry.limited(limitation, message)) {
            stopAll(entry);
        }
    }

    private void killAll(String id, Life.Stopping stopping) {
        boolean nested = id.indexOf('.') >= 0;
        if (!nested && host.has(io.gatun.isolator.Namespace.PID)) {
            // The end of process 1 is the end of its pid namespace.
            PidFd.signal(stopping.init().fd(), Signals.SIGKILL);
        } else if (!nested || host.cgroups().cgroups(id).isEmpty()) {
            // Descendants first: while the init lives they can be found through it.
            List<Long> tree = Proc.tree(stopping.container().pid());
            tree.reversed().forEach(Signals::killProcess);
        }
        // All at once: the init of a program, or of one that shares process ids, is no process 1.
        cgroups.kill(id);
    }

    @Override
    public Usage usage(String id) {
        Entry entry = entry(id);
        Container container =
                running(entry).orElseThrow(() -> new IllegalArgumentException("container " + id + ": has ended"));
        return usage.read(id, entry.limits(), container.pid(), perf.sample(id));
    }

    @Override
    public void update(String id, Limits limits) {
        updates.update(entry(id), limits);
    }

    @Override
    public Session attach(String id) {
        return streams.attach(id, entry(id).termination(), () -> {});
    }

    @Override
    public CompletableFuture<List<String>> pruneImages(List<String> excluded) {
        return CompletableFuture.supplyAsync(() -> parts.pruneImages(excluded));
    }

    @Override
    public ContainerStatus status(String id) {
        Entry entry = entry(id);
        return entry.life().status(id, parts.networks(id, entry.checkpoint().directory()), () -> parts.progress(id));
    }

    @Override
    public List<Container> containers() {
        return entries.values().stream()
                .filter(entry -> !entry.program())
                .flatMap(entry -> running(entry).stream())
                .toList();
    }

    @Override
    public List<String> launching() {
        return entries.values().stream()
                .filter(entry -> !entry.program() && entry.launching())
                .map(Entry::id)
                .toList();
    }

    private Set<String> running() {
        return containers().stream().map(Container::id).collect(Collectors.toSet());
    }

    private static Optional<Container> running(Entry entry) {
        return switch (entry.life()) {
            case Life.Running running -> Optional.of(running.container());
            case Life.Stopping stopping -> Optional.of(stopping.container());
            case Life.Provisioning _, Life.Launching _, Life.Ended _ -> Optional.empty();
        };
    }

    @Override
    public void recover(Set<String> expected) {
        recovery.run(Cleanup.checkpoints(config.runtimeDir()), expected);
    }

    /** An init that is gone already. */
    void ended(Entry entry) {
        loop.later(
                0, () -> nesting.afterChildren(entry.id(), this::destroy, () -> ending.end(entry, Optional.empty())));
    }

    Checkpoint checkpoint(String id) {
        return new Checkpoint(config.runtimeDir().resolve("containers").resolve(id));
    }

    @Override
    public void remove(String id) {
        Entry entry = entry(id);
        if (!(entry.life() instanceof Life.Ended)) {
            throw new IllegalStateException("container " + id + ": has not ended, so its checkpoint is needed");
        }
        removeEnded(entry);
    }

    private void removeEnded(Entry entry) {
        nesting.within(entry.id()).forEach(id -> {
            Entry nested = entries.get(id);
            if (nested != null) {
                removeEnded(nested);
            }
        });
        // Programs remove themselves, perhaps at this moment.
        if (entries.remove(entry.id(), entry)) {
            entry.checkpoint().delete();
        }
    }

    private Entry entry(String id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            throw new IllegalArgumentException("container " + id + ": is not known");
        }
        return entry;
    }

    @Override
    public List<String> degradations() {
        return degradations;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        perf.close();
        loop.close();
        streams.close();
        launcher.close();
        entries.values().forEach(entry -> {
            switch (entry.life()) {
                case Life.Running running -> running.init().close();
                case Life.Stopping stopping -> stopping.init().close();
                case Life.Provisioning _, Life.Launching _, Life.Ended _ -> {}
            }
        });
        // No container, no trace of ours; with containers the roots are busy, and the next agent finds them there.
        cgroups.removeRoots();
        claims.close();
    }
}
