package io.gatun.agent;

import io.gatun.agent.AgentTask.EndCause;
import io.gatun.agent.AgentTask.Phase;
import io.gatun.containerizer.Containerizer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends tasks: SIGTERM, a time of grace, then every process of the container at once. Owned by the loop. */
final class TaskEnder {
    private static final Logger LOGGER = LoggerFactory.getLogger(TaskEnder.class);
    /** When a container could not be destroyed, it is tried again so much later. */
    private static final Duration DESTROY_RETRY = Duration.ofSeconds(1);

    private static final double NANOS_PER_SECOND = 1e9;

    private final Loop loop;
    private final Containerizer containerizer;
    private final LaunchPool pool;
    private final TaskReports reports;

    TaskEnder(Loop loop, Containerizer containerizer, LaunchPool pool, TaskReports reports) {
        this.loop = loop;
        this.containerizer = containerizer;
        this.pool = pool;
        this.reports = reports;
    }

    /**
     * Begins to end a task. Asked again, a shorter grace counts and a longer one does not.
     *
     * @return whether this was the first time for a running task
     */
    boolean end(AgentTask task, EndCause cause, Duration grace) {
        boolean first = task.endCause() == EndCause.NONE;
        if (task.phase() == Phase.ENDED) {
            return false;
        }
        if (first || cause.overrides(task.endCause())) {
            task.endCause(cause);
        }
        if (task.phase() == Phase.LAUNCHING) {
            task.launchUnwanted().set(true);
            pool.execute(() -> giveUp(task));
            return false;
        }
        double deadline = loop.now() + grace.toNanos() / NANOS_PER_SECOND;
        if (first) {
            terminate(task);
        }
        if (deadline < task.killDeadline()) {
            task.killTimer(deadline, loop.schedule(grace, () -> destroy(task)));
        }
        return first;
    }

    /** Ends every process of a task's container now. */
    void destroy(AgentTask task) {
        if (task.phase() == Phase.ENDED) {
            return;
        }
        pool.execute(() -> {
            try {
                var unused = containerizer.destroy(task.containerId());
            } catch (RuntimeException e) {
                loop.execute(() -> destroyFailed(task, e));
            }
        });
    }

    /** An image need not be waited for any longer. */
    private void giveUp(AgentTask task) {
        try {
            var unused = containerizer.destroy(task.containerId());
        } catch (RuntimeException e) {
            LOGGER.debug("{}: its launch has not begun, or has failed: {}", task.key(), e.getMessage());
        }
    }

    private void terminate(AgentTask task) {
        pool.execute(() -> {
            try {
                containerizer.kill(task.containerId(), Signals.SIGTERM);
            } catch (RuntimeException e) {
                LOGGER.warn("{}: SIGTERM failed, destroying its container: {}", task.key(), e.toString());
                loop.execute(() -> destroy(task));
            }
        });
    }

    private void destroyFailed(AgentTask task, RuntimeException why) {
        if (task.phase() == Phase.ENDED) {
            return;
        }
        reports.count(Counter.CONTAINER_DESTROY_ERRORS);
        LOGGER.error("{}: its container cannot be destroyed, trying again", task.key(), why);
        task.killTimer(Double.NEGATIVE_INFINITY, loop.schedule(DESTROY_RETRY, () -> destroy(task)));
    }
}
