package io.gatun.containerizer;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Limits;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Life cycle of the containers of one agent. All methods may be called from any thread; those that reach the kernel
 * block for some milliseconds and must not be called from an event loop. Futures complete on the containerizer's own
 * thread: a dependent stage that takes long must move elsewhere ({@code thenAcceptAsync}).
 *
 * <p>{@link #close()} leaves containers running: they outlive the agent, and {@link #recover} finds them again.
 */
public interface Containerizer extends AutoCloseable {
    /**
     * Launches a container; returns when the task's program has been executed by the container's init. One with a
     * parent is nested in it: it shares its network, is limited with it, and ends before it.
     *
     * @throws LaunchException naming the failing step
     * @throws IllegalStateException when a container of this id is known
     */
    Container launch(ContainerConfig config);

    /**
     * Completes once, when the last process of the container is gone and its cgroups are removed.
     *
     * @throws IllegalArgumentException when no container of this id is known
     */
    CompletableFuture<Termination> termination(String id);

    /**
     * Sends a signal to the container's init, which forwards it to the process group of the task. Does nothing when
     * the container has ended. SIGTERM asks the task to end: where its image names another signal for that, it gets that
     * one instead.
     *
     * @param signal 1..31, as signal(7) numbers them
     * @throws IllegalArgumentException when no container of this id is known
     */
    void kill(String id, int signal);

    /**
     * Ends every process of the container at once; a launch that is under way fails at its next step.
     *
     * @return {@link #termination}
     * @throws IllegalArgumentException when no container of this id is known
     */
    CompletableFuture<Termination> destroy(String id);

    /**
     * What the container uses now.
     *
     * @throws IllegalArgumentException when no container of this id is known or it has ended
     */
    Usage usage(String id);

    /**
     * Changes what a running container may use.
     *
     * @throws IllegalArgumentException when no container of this id is known or it has ended
     * @throws UnsupportedOperationException naming the limit, when it cannot be changed while the container runs
     */
    default void update(String id, Limits limits) {
        throw new UnsupportedOperationException("container " + id + ": this containerizer cannot change limits");
    }

    /**
     * How a container stands, ended ones until they are removed.
     *
     * @throws IllegalArgumentException when no container of this id is known
     */
    default ContainerStatus status(String id) {
        throw new UnsupportedOperationException("container " + id + ": this containerizer does not tell states");
    }

    /**
     * Has the health of containers told from now on, that of the containers which run already first. The same may be told
     * more than once. Containerizers without health checks of their own never tell anything.
     *
     * @param listener takes the place of an earlier one
     */
    default void onHealth(HealthListener listener) {}

    /**
     * Runs another program inside a running container: in its namespaces and cgroup limits, with its capabilities and
     * system call filter. It ends with the container, when its session is closed, and when the agent ends.
     *
     * <p>Under the id {@code id.name} it can be waited for and signalled like a container, and must be removed after its
     * end like one; it is not among {@link #containers}.
     *
     * @param name of the program among those in the container: 1 to 63 of {@code A-Z a-z 0-9 _ -}
     * @throws IllegalArgumentException when no container of this id is known or it has ended
     * @throws IllegalStateException when one of this name is known
     * @throws LaunchException naming the failing step
     */
    default Session exec(String id, String name, ExecConfig program) {
        throw new UnsupportedOperationException("container " + id + ": this containerizer cannot run programs in it");
    }

    /** The same under a name that nobody needs to know; removed by itself. */
    default Session exec(String id, ExecConfig program) {
        String name = "exec-" + UUID.randomUUID();
        Session session = exec(id, name, program);
        var unused = session.termination().thenRunAsync(() -> remove(id + "." + name));
        return session;
    }

    /**
     * Joins the standard streams of a container that was launched with a terminal or with piped input.
     *
     * @throws IllegalArgumentException when no container of this id is known, or its streams are files
     */
    default Session attach(String id) {
        throw new UnsupportedOperationException("container " + id + ": this containerizer cannot attach");
    }

    /**
     * Removes images that no container uses.
     *
     * @param excluded names of images to keep
     * @return the names of those that were removed
     */
    default CompletableFuture<List<String>> pruneImages(List<String> excluded) {
        return CompletableFuture.completedFuture(List.of());
    }

    /** The containers that run, nested ones included. */
    List<Container> containers();

    /** The ids of those that are being launched, whose image is pulled perhaps; {@link #status} tells how far it is. */
    default List<String> launching() {
        return List.of();
    }

    /**
     * To be called once, after a restart and before the first launch: adopts containers that still run, yields the
     * terminations of those that ended meanwhile ({@link #termination} completes), destroys those whose id is not in
     * {@code expected}, and removes what a crash left behind. Nested containers are expected with the outermost that they
     * are in.
     */
    void recover(Set<String> expected);

    /**
     * Forgets the checkpoint of a terminated container, and of those that were nested in it.
     *
     * @throws IllegalStateException when it has not ended
     */
    void remove(String id);

    /**
     * What isolation is off on this host and why, one line each ({@code memory limits: cgroup controller 'memory' is
     * not mounted}); empty when all is on.
     */
    List<String> degradations();

    /** Stops watching; leaves the containers running. Where none runs, nothing but checkpoints stays behind. */
    @Override
    void close();
}
