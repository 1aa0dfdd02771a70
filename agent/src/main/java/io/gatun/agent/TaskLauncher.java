package io.gatun.agent;

import io.gatun.agent.store.Account;
import io.gatun.agent.store.RunPath;
import io.gatun.agent.store.Sandboxes;
import io.gatun.containerizer.Container;
import io.gatun.containerizer.Containerizer;
import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskInfo;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a task's sandbox and launches its container. Blocks; runs on the {@link LaunchPool}, touches no agent state. */
final class TaskLauncher {
    private static final Logger LOGGER = LoggerFactory.getLogger(TaskLauncher.class);

    private final Containerizer containerizer;
    private final Sandboxes sandboxes;
    private final UriFetcher fetcher;
    private final AgentConfig config;
    private final String endpoint;

    /** @param endpoint of the agent, ip:port */
    TaskLauncher(
            Containerizer containerizer, Sandboxes sandboxes, UriFetcher fetcher, AgentConfig config, String endpoint) {
        this.containerizer = containerizer;
        this.sandboxes = sandboxes;
        this.fetcher = fetcher;
        this.config = config;
        this.endpoint = endpoint;
    }

    /**
     * Launches.
     *
     * @throws RuntimeException naming the step that failed; nothing of the container is left then
     */
    Launched launch(FrameworkInfo framework, TaskInfo task, RunPath run) {
        TaskUser user = TaskUser.of(framework, task, config.flags().switchUser, config.self());
        Path sandbox = sandboxes.create(run, user.account());
        Checkpointed.volumes(Resources.of(task.getResourcesList()))
                .toProtos()
                .forEach(volume -> config.containers().volumes().own(volume, user.account()));
        fetcher.fetch(task.getCommand().getUrisList(), sandbox, user.account());
        Container container = containerizer.launch(new TaskContainer(task, config.containers(), config.io(), sandbox)
                .config(
                        run,
                        TaskEnvironment.of(task, run, sandbox, config.advertisedIp(), endpoint),
                        user.account().map(Account::name),
                        TaskLimits.of(task, config.flags().containerPidsLimit, config.allowedDevices())));
        return new Launched(container, addresses(run.containerId()));
    }

    /**
     * A container whose program has been executed.
     *
     * @param addresses its own; empty when it is in the agent's network
     */
    record Launched(Container container, List<String> addresses) {
        Launched {
            addresses = List.copyOf(addresses);
        }
    }

    /** The addresses of a container that runs. Blocks. */
    List<String> addresses(String containerId) {
        try {
            return containerizer.status(containerId).networks().stream()
                    .flatMap(network -> network.addresses().stream())
                    .toList();
        } catch (RuntimeException e) {
            // It ended meanwhile, or the engine is away: the task is there all the same.
            LOGGER.warn("container {}: its addresses are not known: {}", containerId, e.getMessage());
            return List.of();
        }
    }

    /** The name of the user that a task is to run as, for display. */
    String userName(FrameworkInfo framework, TaskInfo task) {
        String wanted = TaskUser.wanted(framework, task);
        return config.flags().switchUser && !wanted.isEmpty()
                ? wanted
                : config.self().name();
    }
}
