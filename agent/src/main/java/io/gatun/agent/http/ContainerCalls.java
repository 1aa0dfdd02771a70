package io.gatun.agent.http;

import io.gatun.agent.container.ApiContainers;
import io.gatun.agent.container.ContainerIds;
import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.Limitation;
import io.gatun.containerizer.Termination;
import io.gatun.isolator.Limits;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.http.Replies;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.ContainerID;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus.Reason;
import io.gatun.mesos.v1.agent.Call;
import io.gatun.mesos.v1.agent.Response;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The calls of the agent's API that change containers or wait for them. The older names (..._NESTED_CONTAINER) and the
 * newer ones differ in their messages only.
 */
@SuppressWarnings("deprecation") // Mesos' own executors and command line still send the older calls
final class ContainerCalls {
    private static final int SIGKILL = 9;

    private ContainerCalls() {}

    /** Answers a call of this kind; false when it is of another. */
    static boolean handle(RoutingContext ctx, AgentView agent, Call call, MediaType accepted) {
        switch (call.getType()) {
            case LAUNCH_CONTAINER, LAUNCH_NESTED_CONTAINER ->
                AgentRoutes.blocking(ctx, () -> launch(agent, call), status -> Replies.empty(ctx, status));
            case WAIT_CONTAINER ->
                await(
                        ctx,
                        agent,
                        id(call.hasWaitContainer(), call.getWaitContainer().getContainerId()),
                        accepted,
                        false);
            case WAIT_NESTED_CONTAINER ->
                await(
                        ctx,
                        agent,
                        id(
                                call.hasWaitNestedContainer(),
                                call.getWaitNestedContainer().getContainerId()),
                        accepted,
                        true);
            case KILL_CONTAINER ->
                kill(
                        ctx,
                        agent,
                        id(call.hasKillContainer(), call.getKillContainer().getContainerId()),
                        call.getKillContainer().hasSignal()
                                ? call.getKillContainer().getSignal()
                                : SIGKILL);
            case KILL_NESTED_CONTAINER ->
                kill(
                        ctx,
                        agent,
                        id(
                                call.hasKillNestedContainer(),
                                call.getKillNestedContainer().getContainerId()),
                        call.getKillNestedContainer().hasSignal()
                                ? call.getKillNestedContainer().getSignal()
                                : SIGKILL);
            case REMOVE_CONTAINER ->
                remove(
                        ctx,
                        agent,
                        id(call.hasRemoveContainer(), call.getRemoveContainer().getContainerId()));
            case REMOVE_NESTED_CONTAINER ->
                remove(
                        ctx,
                        agent,
                        id(
                                call.hasRemoveNestedContainer(),
                                call.getRemoveNestedContainer().getContainerId()));
            case PRUNE_IMAGES -> prune(ctx, agent, call.getPruneImages());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The dotted id that a call names; 400 when it names none, or no proper one. */
    static String id(boolean present, ContainerID id) {
        if (!present) {
            throw new HttpProblem(400, "Failed to validate agent::Call: Expecting 'container_id' to be present");
        }
        try {
            return ContainerIds.internal(id);
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(400, "Failed to validate agent::Call: " + e.getMessage());
        }
    }

    /** What a launch call asks for. */
    static ApiContainers.Request request(
            boolean present, ContainerID id, CommandInfo command, Optional<ContainerInfo> container, Limits limits) {
        return new ApiContainers.Request(id(present, id), command, container, limits);
    }

    private static ApiContainers.Request request(Call call) {
        if (call.getType() == Call.Type.LAUNCH_NESTED_CONTAINER) {
            Call.LaunchNestedContainer launch = call.getLaunchNestedContainer();
            return request(
                    call.hasLaunchNestedContainer(),
                    launch.getContainerId(),
                    launch.getCommand(),
                    Optional.of(launch.getContainer()).filter(any -> launch.hasContainer()),
                    Limits.NONE);
        }
        Call.LaunchContainer launch = call.getLaunchContainer();
        return request(
                call.hasLaunchContainer(),
                launch.getContainerId(),
                launch.getCommand(),
                Optional.of(launch.getContainer()).filter(any -> launch.hasContainer()),
                ApiContainers.limits(launch));
    }

    /** 200 launched, 202 there already, 400 impossible, 404 no such parent. */
    private static int launch(AgentView agent, Call call) {
        ApiContainers.Request request = request(call);
        if (agent.containers().known(request.id())) {
            return 202;
        }
        try {
            agent.containers().launch(request);
            return 200;
        } catch (LaunchException | IllegalArgumentException | IllegalStateException e) {
            throw refused(agent, request, e);
        }
    }

    /** Why a launch failed, as a status. */
    static HttpProblem refused(AgentView agent, ApiContainers.Request request, RuntimeException e) {
        int dot = request.id().lastIndexOf('.');
        boolean parentUnknown =
                dot > 0 && !agent.containers().known(request.id().substring(0, dot));
        return new HttpProblem(
                parentUnknown ? 404 : 400, "Failed to launch container " + request.id() + ": " + e.getMessage());
    }

    private static void await(RoutingContext ctx, AgentView agent, String id, MediaType accepted, boolean nested) {
        CompletableFuture<Termination> termination = termination(agent, id);
        Context eventLoop = ctx.vertx().getOrCreateContext();
        var unused = termination.handle((end, failure) -> {
            eventLoop.runOnContext(turn -> {
                if (ctx.response().ended() || ctx.response().closed()) {
                    return;
                }
                if (failure != null) {
                    Replies.error(ctx, 500, "Container " + id + ": " + failure.getMessage());
                } else {
                    Replies.message(ctx, 200, accepted, nested ? nestedEnd(end) : end(end));
                }
            });
            return true;
        });
    }

    private static CompletableFuture<Termination> termination(AgentView agent, String id) {
        try {
            return agent.containerizer().termination(id);
        } catch (IllegalArgumentException e) {
            throw unknown(id);
        }
    }

    private static HttpProblem unknown(String id) {
        return new HttpProblem(404, "Container " + id + " cannot be found");
    }

    private static Response end(Termination end) {
        Response.WaitContainer.Builder wait =
                Response.WaitContainer.newBuilder().setMessage(end.message());
        if (end.waitStatus() >= 0) {
            wait.setExitStatus(end.waitStatus());
        }
        end.limitation()
                .ifPresent(limitation -> wait.setState(TaskState.TASK_FAILED).setReason(reason(limitation)));
        return Response.newBuilder()
                .setType(Response.Type.WAIT_CONTAINER)
                .setWaitContainer(wait)
                .build();
    }

    private static Response nestedEnd(Termination end) {
        Response.WaitNestedContainer.Builder wait =
                Response.WaitNestedContainer.newBuilder().setMessage(end.message());
        if (end.waitStatus() >= 0) {
            wait.setExitStatus(end.waitStatus());
        }
        end.limitation()
                .ifPresent(limitation -> wait.setState(TaskState.TASK_FAILED).setReason(reason(limitation)));
        return Response.newBuilder()
                .setType(Response.Type.WAIT_NESTED_CONTAINER)
                .setWaitNestedContainer(wait)
                .build();
    }

    private static Reason reason(Limitation limitation) {
        return switch (limitation) {
            case MEMORY -> Reason.REASON_CONTAINER_LIMITATION_MEMORY;
            case DISK -> Reason.REASON_CONTAINER_LIMITATION_DISK;
            default -> Reason.REASON_CONTAINER_LIMITATION;
        };
    }

    private static void kill(RoutingContext ctx, AgentView agent, String id, int signal) {
        AgentRoutes.blocking(
                ctx,
                () -> {
                    var unused = termination(agent, id);
                    try {
                        agent.containerizer().kill(id, signal);
                    } catch (IllegalArgumentException e) {
                        throw new HttpProblem(400, e.getMessage());
                    }
                    return 200;
                },
                status -> Replies.empty(ctx, status));
    }

    private static void remove(RoutingContext ctx, AgentView agent, String id) {
        AgentRoutes.blocking(
                ctx,
                () -> {
                    var unused = termination(agent, id);
                    try {
                        agent.containers().remove(id);
                    } catch (IllegalStateException e) {
                        throw new HttpProblem(500, "Failed to remove container: " + e.getMessage());
                    }
                    return 200;
                },
                status -> Replies.empty(ctx, status));
    }

    private static void prune(RoutingContext ctx, AgentView agent, Call.PruneImages prune) {
        List<String> excluded = prune.getExcludedImagesList().stream()
                .map(image -> image.getDocker().getName())
                .toList();
        Context eventLoop = ctx.vertx().getOrCreateContext();
        var unused = agent.containerizer().pruneImages(excluded).handle((removed, failure) -> {
            eventLoop.runOnContext(turn -> {
                if (failure == null) {
                    Replies.empty(ctx, 200);
                } else {
                    Replies.error(ctx, 500, "Failed to prune images: " + failure.getMessage());
                }
            });
            return true;
        });
    }
}
