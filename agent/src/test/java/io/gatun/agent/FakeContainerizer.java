package io.gatun.agent;

import io.gatun.containerizer.Container;
import io.gatun.containerizer.ContainerStatus;
import io.gatun.containerizer.Containerizer;
import io.gatun.containerizer.HealthListener;
import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.Limitation;
import io.gatun.containerizer.Termination;
import io.gatun.containerizer.Usage;
import io.gatun.containerizer.cgroup.BlockIo;
import io.gatun.containerizer.cgroup.MemoryUse;
import io.gatun.containerizer.cgroup.PerfSample;
import io.gatun.containerizer.cgroup.Pressure;
import io.gatun.isolator.ContainerConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Containers that exist only here; outlives agents as the kernel does. The test plays the tasks. */
final class FakeContainerizer implements Containerizer {
    final Map<String, ContainerConfig> launched = new ConcurrentHashMap<>();
    final Map<String, CompletableFuture<Termination>> terminations = new ConcurrentHashMap<>();
    final Map<String, List<Integer>> signals = new ConcurrentHashMap<>();
    final List<String> destroyed = new CopyOnWriteArrayList<>();
    final List<String> removed = new CopyOnWriteArrayList<>();
    final List<Set<String>> recoveries = new CopyOnWriteArrayList<>();
    /** Tasks end with SIGTERM as shells do; otherwise they ignore it. */
    volatile boolean obeysSigterm = true;

    /** Nothing can be destroyed now. */
    volatile boolean indestructible;

    final Set<String> launching = ConcurrentHashMap.newKeySet();
    /** Not null: launches fail with this step. */
    volatile String failingStep;

    private HealthListener health = (id, healthy) -> {};
    /** Launches wait for it. */
    volatile CountDownLatch launchGate = new CountDownLatch(0);

    @Override
    public Container launch(ContainerConfig config) {
        launching.add(config.id());
        try {
            launchGate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            launching.remove(config.id());
        }
        synchronized (this) {
            if (failingStep != null) {
                throw new LaunchException(config.id(), failingStep);
            }
            launched.put(config.id(), config);
            terminations.put(config.id(), new CompletableFuture<>());
            return container(config);
        }
    }

    @Override
    public synchronized CompletableFuture<Termination> termination(String id) {
        CompletableFuture<Termination> termination = terminations.get(id);
        if (termination == null) {
            throw new IllegalArgumentException("container " + id + ": unknown");
        }
        return termination;
    }

    @Override
    public void kill(String id, int signal) {
        synchronized (this) {
            requireKnown(id);
            signals.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>()).add(signal);
        }
        if (obeysSigterm) {
            end(id, signal);
        }
    }

    @Override
    public CompletableFuture<Termination> destroy(String id) {
        synchronized (this) {
            requireKnown(id);
            if (indestructible) {
                throw new IllegalStateException("container " + id + ": cannot be destroyed");
            }
            destroyed.add(id);
        }
        end(id, 9);
        return termination(id);
    }

    @Override
    public synchronized void onHealth(HealthListener listener) {
        health = listener;
    }

    /** A health check of the container ran. */
    synchronized void checked(String id, boolean healthy) {
        health.checked(id, healthy);
    }

    @Override
    public List<String> launching() {
        return List.copyOf(launching);
    }

    @Override
    public ContainerStatus status(String id) {
        if (launching.contains(id)) {
            return new ContainerStatus(
                    id,
                    ContainerStatus.State.PROVISIONING,
                    OptionalLong.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.of("docker.io/library/app:1, 1.0 of 2.0 MiB"));
        }
        return new ContainerStatus(
                id,
                termination(id).isDone() ? ContainerStatus.State.ENDED : ContainerStatus.State.RUNNING,
                OptionalLong.of(4242),
                List.of(),
                Optional.empty());
    }

    @Override
    public Usage usage(String id) {
        if (termination(id).isDone()) {
            throw new IllegalArgumentException("container " + id + ": has ended");
        }
        Pressure.Stall stall = new Pressure.Stall(1.5, 0.5, 0.25, 12_345);
        return new Usage(
                1.5,
                0.25,
                0.125,
                0.5,
                4096,
                1024,
                67_108_864,
                2048,
                1024,
                2,
                3,
                10,
                4,
                0.0625,
                0.25,
                new MemoryUse(33_554_432, 8192, 5120, 1024, 512, 256, 128, 64, 32, 7, 1),
                List.of(new BlockIo("254:0", 10, 20, 30, 1, 2, 3)),
                new Usage.Pressures(
                        Optional.of(new Pressure(stall, Optional.of(stall))), Optional.empty(), Optional.empty()),
                Optional.of(new PerfSample(1.25, 10, Map.of("context-switches", 41.6, "task-clock", 12.5))));
    }

    @Override
    public synchronized List<Container> containers() {
        return launched.values().stream()
                .filter(config -> !terminations.get(config.id()).isDone())
                .map(FakeContainerizer::container)
                .toList();
    }

    @Override
    public void recover(Set<String> expected) {
        List<String> orphans;
        synchronized (this) {
            recoveries.add(Set.copyOf(expected));
            orphans = containers().stream()
                    .map(Container::id)
                    .filter(id -> !expected.contains(id))
                    .toList();
        }
        for (String orphan : orphans) {
            var unused = destroy(orphan);
        }
    }

    @Override
    public synchronized void remove(String id) {
        if (!termination(id).isDone()) {
            throw new IllegalStateException("container " + id + ": has not ended");
        }
        removed.add(id);
        terminations.remove(id);
        launched.remove(id);
    }

    @Override
    public List<String> degradations() {
        return List.of();
    }

    @Override
    public void close() {}

    private void requireKnown(String id) {
        if (!terminations.containsKey(id)) {
            throw new IllegalArgumentException("container " + id + ": unknown");
        }
    }

    /** The task of a container ends with a raw wait status. */
    void end(String id, int waitStatus) {
        termination(id).complete(new Termination(id, waitStatus, Optional.empty(), "ended"));
    }

    void limit(String id, Limitation limitation, String message) {
        termination(id).complete(new Termination(id, 9, Optional.of(limitation), message));
    }

    /** The container of a task, once it is launched. */
    ContainerConfig await(String taskId) {
        return Await.some(Await.MAX, "container of " + taskId, () -> find(taskId));
    }

    synchronized Optional<ContainerConfig> find(String taskId) {
        return launched.values().stream()
                .filter(config -> taskId.equals(config.environment().get("MESOS_TASK_ID")))
                .findFirst();
    }

    private static Container container(ContainerConfig config) {
        return new Container(config.id(), 4242, config.sandbox(), 1.0);
    }
}
