package io.gatun.agent;

import io.gatun.agent.store.CorruptFileException;
import io.gatun.containerizer.LinuxContainerizer;
import io.gatun.mesos.flags.StartupException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of one node: offers its resources to the leading master and runs the tasks that come back. Thread-safe.
 *
 * <p>Two ways to end it: {@link #close} leaves the tasks running for the next agent on the same work directory, as a service
 * manager that restarts it wants; {@link #shutdown} ends them first.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Agent.class);
    /** Between SIGTERM and SIGKILL in {@link #shutdown}. */
    private static final Duration SHUTDOWN_GRACE = Duration.ofMillis(1500);
    /** Until {@link #shutdown} gives up waiting for the last container. */
    private static final Duration SHUTDOWN_MAX = Duration.ofSeconds(6);

    /** How long a busy agent, on a busy machine, may take to say how it is. */
    private static final Duration SNAPSHOT_MAX = Duration.ofSeconds(10);

    private final AgentRuntime runtime;

    private Agent(AgentRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Starts an agent; returns when it has taken over what its predecessor left and listens. It registers with the master
     * afterwards, as soon as one leads.
     *
     * @throws StartupException one line: what cannot be, why, what to do
     */
    public static Agent launch(AgentFlags flags) {
        return launch(flags, LinuxContainerizer::open, Optional.empty());
    }

    /** @param host what the machine has; empty to look */
    static Agent launch(AgentFlags flags, ContainerizerOpener containerizers, Optional<Host> host) {
        AgentRuntime runtime = new AgentRuntime(AgentConfig.of(flags));
        try {
            runtime.start(containerizers, host);
            return new Agent(runtime);
        } catch (CorruptFileException e) {
            runtime.close();
            throw new StartupException(
                    "--work_dir=" + flags.workDir,
                    e.getMessage(),
                    "restore the file, or start once with the directory meta below --work_dir removed, which forgets its"
                            + " tasks",
                    e);
        } catch (RuntimeException | Error e) {
            runtime.close();
            throw e;
        }
    }

    /** The port that it listens on. */
    public int port() {
        return runtime.port();
    }

    /** The id that the master gave it; empty before the first registration. Any thread; waits for the agent's. */
    public Optional<String> id() {
        return snapshot()
                .filter(s -> s.info().hasId())
                .map(s -> s.info().getId().getValue());
    }

    /** Whether the leading master has registered this agent. */
    public boolean registered() {
        return snapshot().filter(AgentSnapshot::registered).isPresent();
    }

    /** What isolation is off on this host and why, one line each; empty when all is on. */
    public List<String> degradations() {
        return runtime.containerizer().degradations();
    }

    /**
     * Completes if the agent has to stop by itself, because it could not write a checkpoint or found a bug. Its tasks go on;
     * it accepts nothing any more and must be closed and launched anew.
     */
    public CompletableFuture<Throwable> failure() {
        return runtime.failure();
    }

    /**
     * Ends every task (SIGTERM, 1.5 s later SIGKILL), then {@linkplain #close closes}. The agent keeps its id; the tasks' last
     * updates are delivered now or by the next agent on this work directory. Takes 6 s at most, and
     * closing some 2 s.
     */
    public void shutdown() {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        try {
            if (!runtime.execute(core -> core.endAll(SHUTDOWN_GRACE, () -> ended.complete(null)))) {
                return; // it has ended already
            }
            CompletableFuture.anyOf(ended, failure()).get(SHUTDOWN_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOGGER.error(
                    "containers are left after {} ms; the next agent on this work_dir ends them",
                    SHUTDOWN_MAX.toMillis());
        } catch (ExecutionException e) {
            throw new AssertionError("neither future fails", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    /** Stops the agent and leaves its tasks running; within some 2 s, unless the machine stands still. Idempotent. */
    @Override
    public void close() {
        runtime.stopLink();
        runtime.close();
    }

    /** Ends as kill -9 would: nothing is said to anybody. Only for tests of what comes after. */
    void abandon() {
        runtime.close();
    }

    /** The state; empty when the agent has ended. Waits for the agent's thread. */
    Optional<AgentSnapshot> snapshot() {
        if (!runtime.execute(core -> {})) {
            return Optional.empty();
        }
        try {
            Object first = CompletableFuture.anyOf(runtime.snapshot(), failure())
                    .get(SNAPSHOT_MAX.toMillis(), TimeUnit.MILLISECONDS);
            return first instanceof AgentSnapshot state ? Optional.of(state) : Optional.empty();
        } catch (TimeoutException e) {
            // It was closed meanwhile, or nobody could use what it would say so late.
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new AssertionError("neither future fails", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
