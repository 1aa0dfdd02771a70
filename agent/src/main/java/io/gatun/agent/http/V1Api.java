package io.gatun.agent.http;

import com.google.protobuf.ByteString;
import io.gatun.agent.AgentSnapshot;
import io.gatun.agent.AgentSnapshot.ExecutorView;
import io.gatun.agent.AgentSnapshot.FrameworkView;
import io.gatun.agent.container.ContainerIds;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.http.Replies;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.ContainerID;
import io.gatun.mesos.v1.ExecutorID;
import io.gatun.mesos.v1.ExecutorInfo;
import io.gatun.mesos.v1.Flag;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.Metric;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.agent.Call;
import io.gatun.mesos.v1.agent.Response;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * POST /api/v1: the agent's operator API (agent.proto). The calls that read are answered here; what this agent does not do
 * is answered with 501.
 */
final class V1Api {
    void handle(RoutingContext ctx, AgentView agent) {
        if (InputCall.isOne(ctx)) {
            InputCall.handle(ctx, agent);
            return;
        }
        Call.Builder call = Call.newBuilder();
        Optional<MediaType> came = Replies.bodyMessage(ctx, call);
        if (came.isEmpty()) {
            return;
        }
        try {
            if (SessionCalls.handle(ctx, agent, call.build())) {
                return;
            }
            Optional<MediaType> accepted = Replies.acceptedMessageType(ctx);
            if (accepted.isPresent() && !ContainerCalls.handle(ctx, agent, call.build(), accepted.get())) {
                read(ctx, agent, call, accepted.get());
            }
        } catch (HttpProblem e) {
            Replies.error(ctx, e.status(), e.getMessage());
        }
    }

    private static void read(RoutingContext ctx, AgentView agent, Call.Builder call, MediaType accepted) {
        AgentRoutes.withState(
                ctx,
                agent,
                state -> AgentRoutes.blocking(
                        ctx,
                        () -> answer(call.build(), agent, state),
                        response -> Replies.message(ctx, 200, accepted, response)));
    }

    static Response answer(Call call, AgentView agent, AgentSnapshot state) {
        Response.Builder response = Response.newBuilder();
        return switch (call.getType()) {
            case GET_HEALTH ->
                response.setType(Response.Type.GET_HEALTH)
                        .setGetHealth(Response.GetHealth.newBuilder().setHealthy(true))
                        .build();
            case GET_FLAGS ->
                response.setType(Response.Type.GET_FLAGS)
                        .setGetFlags(flags(agent))
                        .build();
            case GET_VERSION ->
                response.setType(Response.Type.GET_VERSION)
                        .setGetVersion(Response.GetVersion.newBuilder().setVersionInfo(VersionJson.info()))
                        .build();
            case GET_METRICS ->
                response.setType(Response.Type.GET_METRICS)
                        .setGetMetrics(metrics(call, state))
                        .build();
            case GET_STATE ->
                response.setType(Response.Type.GET_STATE)
                        .setGetState(Response.GetState.newBuilder()
                                .setGetTasks(tasks(state))
                                .setGetExecutors(executors(state))
                                .setGetFrameworks(frameworks(state)))
                        .build();
            case GET_AGENT ->
                response.setType(Response.Type.GET_AGENT)
                        .setGetAgent(describe(state))
                        .build();
            case GET_CONTAINERS ->
                response.setType(Response.Type.GET_CONTAINERS)
                        .setGetContainers(containers(agent, state, call.getGetContainers()))
                        .build();
            case GET_FRAMEWORKS ->
                response.setType(Response.Type.GET_FRAMEWORKS)
                        .setGetFrameworks(frameworks(state))
                        .build();
            case GET_EXECUTORS ->
                response.setType(Response.Type.GET_EXECUTORS)
                        .setGetExecutors(executors(state))
                        .build();
            case GET_TASKS ->
                response.setType(Response.Type.GET_TASKS)
                        .setGetTasks(tasks(state))
                        .build();
            case LIST_FILES ->
                response.setType(Response.Type.LIST_FILES)
                        .setListFiles(listFiles(call, agent, state))
                        .build();
            case READ_FILE ->
                response.setType(Response.Type.READ_FILE)
                        .setReadFile(readFile(call, agent, state))
                        .build();
            default -> throw new HttpProblem(501, "This agent does not implement the call " + call.getType());
        };
    }

    private static Response.GetFlags.Builder flags(AgentView agent) {
        Response.GetFlags.Builder flags = Response.GetFlags.newBuilder();
        agent.flags()
                .forEach((name, value) ->
                        flags.addFlags(Flag.newBuilder().setName(name).setValue(value)));
        return flags;
    }

    private static Response.GetMetrics.Builder metrics(Call call, AgentSnapshot state) {
        require(call.hasGetMetrics(), "get_metrics");
        Response.GetMetrics.Builder metrics = Response.GetMetrics.newBuilder();
        Metrics.json(state)
                .forEach((name, value) ->
                        metrics.addMetrics(Metric.newBuilder().setName(name).setValue(value)));
        return metrics;
    }

    private static Response.GetAgent.Builder describe(AgentSnapshot state) {
        Response.GetAgent.Builder agent = Response.GetAgent.newBuilder().setAgentInfo(state.info());
        state.draining().ifPresent(draining -> {
            agent.setDrainConfig(draining.getConfig());
            agent.getEstimatedDrainStartTimeBuilder()
                    .setNanoseconds(TimeUnit.MILLISECONDS.toNanos(draining.getSinceEpochMs()));
        });
        return agent;
    }

    private static Response.GetFrameworks.Builder frameworks(AgentSnapshot state) {
        Response.GetFrameworks.Builder frameworks = Response.GetFrameworks.newBuilder();
        state.frameworks().forEach(framework -> frameworks.addFrameworks(framework(framework)));
        state.completedFrameworks().forEach(framework -> frameworks.addCompletedFrameworks(framework(framework)));
        return frameworks;
    }

    private static Response.GetFrameworks.Framework.Builder framework(FrameworkView framework) {
        return Response.GetFrameworks.Framework.newBuilder().setFrameworkInfo(framework.info());
    }

    private static Response.GetExecutors.Builder executors(AgentSnapshot state) {
        Response.GetExecutors.Builder executors = Response.GetExecutors.newBuilder();
        for (FrameworkView framework : state.frameworks()) {
            framework.executors().forEach(e -> executors.addExecutors(executor(framework, e)));
            framework.completedExecutors().forEach(e -> executors.addCompletedExecutors(executor(framework, e)));
        }
        for (FrameworkView framework : state.completedFrameworks()) {
            framework.completedExecutors().forEach(e -> executors.addCompletedExecutors(executor(framework, e)));
        }
        return executors;
    }

    private static Response.GetExecutors.Executor.Builder executor(FrameworkView framework, ExecutorView executor) {
        return Response.GetExecutors.Executor.newBuilder()
                .setExecutorInfo(ExecutorInfo.newBuilder()
                        .setType(ExecutorInfo.Type.DEFAULT)
                        .setExecutorId(ExecutorID.newBuilder().setValue(executor.executorId()))
                        .setFrameworkId(framework.info().getId())
                        .setCommand(executor.taskInfo().getCommand())
                        .addAllResources(executor.taskInfo().getResourcesList())
                        .setName(executor.name()));
    }

    private static Response.GetTasks.Builder tasks(AgentSnapshot state) {
        Response.GetTasks.Builder tasks = Response.GetTasks.newBuilder();
        for (FrameworkView framework : state.frameworks()) {
            for (ExecutorView executor : framework.executors()) {
                Task task = executor.task();
                if (TaskStates.terminal(task.getState())) {
                    tasks.addTerminatedTasks(task);
                } else if (executor.queued()) {
                    tasks.addQueuedTasks(task);
                } else {
                    tasks.addLaunchedTasks(task);
                }
            }
            framework.completedExecutors().forEach(executor -> tasks.addCompletedTasks(executor.task()));
        }
        state.completedFrameworks()
                .forEach(framework ->
                        framework.completedExecutors().forEach(executor -> tasks.addCompletedTasks(executor.task())));
        return tasks;
    }

    private static Response.GetContainers.Builder containers(
            AgentView agent, AgentSnapshot state, Call.GetContainers asked) {
        Response.GetContainers.Builder containers = Response.GetContainers.newBuilder();
        for (ContainersJson.Running running : ContainersJson.running(state)) {
            ExecutorView executor = running.executor();
            Response.GetContainers.Container.Builder container = containers
                    .addContainersBuilder()
                    .setFrameworkId(FrameworkID.newBuilder().setValue(running.frameworkId()))
                    .setExecutorId(ExecutorID.newBuilder().setValue(executor.executorId()))
                    .setExecutorName(executor.name())
                    .setContainerId(ContainerID.newBuilder()
                            .setValue(executor.containerId().orElseThrow()));
            ContainersJson.status(executor).ifPresent(container::setContainerStatus);
            ContainersJson.statistics(agent, executor).ifPresent(container::setResourceStatistics);
        }
        for (String id : ContainersJson.others(agent, state, asked.getShowNested(), asked.getShowStandalone())) {
            Response.GetContainers.Container.Builder container =
                    containers.addContainersBuilder().setContainerId(ContainerIds.message(id));
            ContainersJson.status(agent, id).ifPresent(container::setContainerStatus);
            ContainersJson.statistics(agent, id).ifPresent(container::setResourceStatistics);
        }
        return containers;
    }

    private static Response.ListFiles.Builder listFiles(Call call, AgentView agent, AgentSnapshot state) {
        require(call.hasListFiles(), "list_files");
        String path = call.getListFiles().getPath();
        VirtualPath virtual =
                VirtualPath.parse(agent.layout(), state.info().getId().getValue(), path);
        Response.ListFiles.Builder files = Response.ListFiles.newBuilder();
        new SandboxFiles(agent.layout()).list(virtual, path).forEach(e -> files.addFileInfos(FileJson.info(path, e)));
        return files;
    }

    private static Response.ReadFile.Builder readFile(Call call, AgentView agent, AgentSnapshot state) {
        require(call.hasReadFile(), "read_file");
        Call.ReadFile read = call.getReadFile();
        FilesApi.Chunk chunk = FilesApi.read(
                agent.layout(),
                state.info().getId().getValue(),
                read.getPath(),
                read.getOffset(),
                read.hasLength() ? read.getLength() : -1);
        return Response.ReadFile.newBuilder().setSize(chunk.size()).setData(ByteString.copyFrom(chunk.data()));
    }

    private static void require(boolean present, String field) {
        if (!present) {
            throw new HttpProblem(400, "Failed to validate agent::Call: Expecting '" + field + "' to be present");
        }
    }
}
