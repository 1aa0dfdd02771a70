package io.gatun.agent;

import io.gatun.agent.container.ApiContainers;
import io.gatun.agent.store.Account;
import io.gatun.agent.store.RunPath;
import io.gatun.agent.store.Sandboxes;
import io.gatun.containerizer.Container;
import io.gatun.containerizer.Containerizer;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.IoConfig;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a task's sandbox and launches its container. Blocks; runs on the {@link LaunchPool}, touches no agent state. */
final class TaskLauncher {
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
     * @return the container, whose program has been executed
     * @throws RuntimeException naming the step that failed; nothing of the container is left then
     */
    Container launch(FrameworkInfo framework, TaskInfo task, RunPath run) {
        TaskUser user = TaskUser.of(framework, task, config.flags().switchUser, config.self());
        Path sandbox = sandboxes.create(run, user.account());
        fetcher.fetch(task.getCommand().getUrisList(), sandbox, user.account());
        ContainerConfig container = new ContainerConfig(
                run.containerId(),
                argv(task.getCommand()),
                TaskEnvironment.of(task, run, sandbox, config.advertisedIp(), endpoint),
                sandbox,
                user.account().map(Account::name),
                TaskLimits.of(task, config.flags().containerPidsLimit, config.allowedDevices()),
                sandbox.resolve("stdout"),
                sandbox.resolve("stderr"));
        return containerizer.launch(
                container.with(TaskPrivileges.of(task.getContainer())).with(io(task)));
    }

    /** A terminal if the task asks for one, and bounds for its files if the agent's flags do. */
    private IoConfig io(TaskInfo task) {
        IoConfig files = config.io();
        if (!task.getContainer().hasTtyInfo()) {
            return files;
        }
        return new IoConfig(
                Optional.of(ApiContainers.size(task.getContainer().getTtyInfo())), false, true, files.rotation());
    }

    /**
     * A shell command is one text; otherwise the value is the program and the arguments are its whole argv, the first of
     * them included: by convention it repeats the program's name (mesos.proto, CommandInfo.arguments).
     */
    static List<String> argv(CommandInfo command) {
        if (command.getShell()) {
            return List.of("/bin/sh", "-c", command.getValue());
        }
        List<String> argv = new ArrayList<>();
        argv.add(command.getValue());
        command.getArgumentsList().stream().skip(1).forEach(argv::add);
        return argv;
    }

    /** The name of the user that a task is to run as, for display. */
    String userName(FrameworkInfo framework, TaskInfo task) {
        String wanted = TaskUser.wanted(framework, task);
        return config.flags().switchUser && !wanted.isEmpty()
                ? wanted
                : config.self().name();
    }
}
