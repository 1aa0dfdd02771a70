package io.gatun.master.legacy;

import com.google.protobuf.Message;
import io.gatun.master.MasterContext;
import io.gatun.master.Routes;
import io.gatun.master.operator.PolicyModel;
import io.gatun.master.runtime.Asking;
import io.gatun.master.state.Command;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.http.Replies;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.master.Call;
import io.gatun.mesos.v1.quota.QuotaRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The old endpoints that change something, each also under {@code /master}: they are read into the operator API's calls. Bodies
 * are JSON, or forms where they always were.
 */
public final class ChangeRoutes implements Routes {
    private static final String[] PREFIXES = {"", "/master"};
    private static final String QUOTA = "/quota";

    @Override
    public void mount(Router router, MasterContext context) {
        both(router, "/weights", HttpMethod.PUT, ChangeRoutes::weights, context, ChangeRoutes::updateWeights);
        both(router, QUOTA, HttpMethod.POST, ChangeRoutes::quotas, context, ChangeRoutes::setQuota);
        for (String prefix : PREFIXES) {
            String path = prefix + QUOTA + "/";
            router.route(path + "*")
                    .handler(ctx -> change(
                            ctx,
                            context,
                            HttpMethod.DELETE,
                            request -> removeQuota(request.normalizedPath().substring(path.length()))));
        }
        both(
                router,
                "/maintenance/schedule",
                HttpMethod.POST,
                ChangeRoutes::schedule,
                context,
                ChangeRoutes::updateSchedule);
        post(router, "/machine/down", context, ChangeRoutes::down);
        post(router, "/machine/up", context, ChangeRoutes::up);
        post(router, "/teardown", context, ctx -> {
            Call.Builder call = Call.newBuilder().setType(Call.Type.TEARDOWN);
            call.getTeardownBuilder().setFrameworkId(FrameworkID.newBuilder().setValue(field(ctx, "frameworkId")));
            return call.build();
        });
        post(router, "/reserve", context, ChangeRoutes::reserve);
        post(router, "/unreserve", context, ChangeRoutes::unreserve);
        post(router, "/create-volumes", context, ChangeRoutes::createVolumes);
        post(router, "/destroy-volumes", context, ChangeRoutes::destroyVolumes);
    }

    private static Document weights(MasterSnapshot state) {
        return json -> {
            json.writeStartArray();
            for (Message weight : PolicyModel.weights(state.policy())) {
                MesosJson.write(json, weight);
            }
            json.writeEndArray();
        };
    }

    private static Document quotas(MasterSnapshot state) {
        return json -> MesosJson.write(json, PolicyModel.quotas(state.policy()));
    }

    private static Document schedule(MasterSnapshot state) {
        return json -> MesosJson.write(json, state.policy().schedule());
    }

    private static Call updateWeights(RoutingContext ctx) throws CodecException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.UPDATE_WEIGHTS);
        array(ctx, "weight_infos", call.getUpdateWeightsBuilder());
        return call.build();
    }

    @SuppressWarnings("deprecation") // The endpoint is as old as the call.
    private static Call setQuota(RoutingContext ctx) throws CodecException {
        QuotaRequest.Builder request = QuotaRequest.newBuilder();
        MesosJson.merge(text(ctx), request);
        Call.Builder call = Call.newBuilder().setType(Call.Type.SET_QUOTA);
        call.getSetQuotaBuilder().setQuotaRequest(request);
        return call.build();
    }

    @SuppressWarnings("deprecation") // The endpoint is as old as the call.
    private static Call removeQuota(String role) {
        Call.Builder call = Call.newBuilder().setType(Call.Type.REMOVE_QUOTA);
        call.getRemoveQuotaBuilder().setRole(role);
        return call.build();
    }

    private static Call updateSchedule(RoutingContext ctx) throws CodecException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.UPDATE_MAINTENANCE_SCHEDULE);
        MesosJson.merge(text(ctx), call.getUpdateMaintenanceScheduleBuilder().getScheduleBuilder());
        return call.build();
    }

    private static Call down(RoutingContext ctx) throws CodecException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.START_MAINTENANCE);
        array(ctx, "machines", call.getStartMaintenanceBuilder());
        return call.build();
    }

    private static Call up(RoutingContext ctx) throws CodecException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.STOP_MAINTENANCE);
        array(ctx, "machines", call.getStopMaintenanceBuilder());
        return call.build();
    }

    private static Call reserve(RoutingContext ctx) throws CodecException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.RESERVE_RESOURCES);
        Call.ReserveResources.Builder reserve =
                call.getReserveResourcesBuilder().setAgentId(agent(ctx));
        resources(ctx, "resources", "resources", reserve);
        if (form(ctx).containsKey("source")) {
            resources(ctx, "source", "source", reserve);
        }
        return call.build();
    }

    private static Call unreserve(RoutingContext ctx) throws CodecException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.UNRESERVE_RESOURCES);
        resources(
                ctx,
                "resources",
                "resources",
                call.getUnreserveResourcesBuilder().setAgentId(agent(ctx)));
        return call.build();
    }

    private static Call createVolumes(RoutingContext ctx) throws CodecException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.CREATE_VOLUMES);
        resources(ctx, "volumes", "volumes", call.getCreateVolumesBuilder().setAgentId(agent(ctx)));
        return call.build();
    }

    private static Call destroyVolumes(RoutingContext ctx) throws CodecException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.DESTROY_VOLUMES);
        resources(ctx, "volumes", "volumes", call.getDestroyVolumesBuilder().setAgentId(agent(ctx)));
        return call.build();
    }

    /** Reads a request into a call; throws what makes it a bad one. */
    @FunctionalInterface
    private interface Reader {
        Call read(RoutingContext ctx) throws CodecException;
    }

    private static void both(
            Router router,
            String path,
            HttpMethod changing,
            Function<MasterSnapshot, Document> document,
            MasterContext context,
            Reader reader) {
        each(
                router,
                path,
                (prefixed, unused) -> router.route(prefixed).handler(ctx -> {
                    HttpMethod method = ctx.request().method();
                    if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
                        LegacyRoutes.render(ctx, context, (request, state) -> document.apply(state));
                    } else if (method.equals(changing)) {
                        change(ctx, context, changing, reader);
                    } else {
                        Replies.methodNotAllowed(ctx, HttpMethod.GET, changing);
                    }
                }));
    }

    private static void post(Router router, String path, MasterContext context, Reader reader) {
        each(
                router,
                path,
                (prefixed, unused) ->
                        router.route(prefixed).handler(ctx -> change(ctx, context, HttpMethod.POST, reader)));
    }

    private static void each(Router router, String path, BiConsumer<String, Router> mount) {
        for (String prefix : PREFIXES) {
            mount.accept(prefix + path, router);
        }
    }

    private static void change(RoutingContext ctx, MasterContext context, HttpMethod method, Reader reader) {
        if (!ctx.request().method().equals(method)) {
            Replies.methodNotAllowed(ctx, method);
            return;
        }
        Call call;
        try {
            call = reader.read(ctx);
        } catch (CodecException | IllegalArgumentException e) {
            Replies.error(ctx, 400, "Failed to parse the body of " + ctx.normalizedPath() + ": " + e.getMessage());
            return;
        }
        Asking.forward(
                ctx,
                context,
                requestId -> call.getType() == Call.Type.TEARDOWN
                        ? new Command.TeardownFramework(
                                requestId, call.getTeardown().getFrameworkId())
                        : new Command.Operator(requestId, Optional.empty(), call));
    }

    private static String text(RoutingContext ctx) {
        String body = ctx.body().asString();
        return body == null ? "" : body;
    }

    /** The body is an array, which is a repeated field of a message. */
    private static void array(RoutingContext ctx, String field, Message.Builder into) throws CodecException {
        MesosJson.merge("{\"" + field + "\":" + text(ctx) + "}", into);
    }

    private static void resources(RoutingContext ctx, String formField, String field, Message.Builder into)
            throws CodecException {
        MesosJson.merge("{\"" + field + "\":" + field(ctx, formField) + "}", into);
    }

    private static AgentID agent(RoutingContext ctx) {
        return AgentID.newBuilder().setValue(field(ctx, "slaveId")).build();
    }

    private static String field(RoutingContext ctx, String name) {
        List<String> values = form(ctx).get(name);
        if (values == null) {
            throw new IllegalArgumentException("Missing '" + name + "' query parameter in the request body");
        }
        return values.getFirst();
    }

    private static Map<String, List<String>> form(RoutingContext ctx) {
        return new QueryStringDecoder(text(ctx), false).parameters();
    }
}
