package io.gatun.master.legacy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.master.MasterContext;
import io.gatun.master.Routes;
import io.gatun.master.runtime.Asking;
import io.gatun.master.state.Command;
import io.gatun.mesos.http.Replies;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code /vips}, which Mesos has not: the settled addresses of virtual IPs. GET answers a JSON object of addresses by name,
 * POST takes one of proposals, of which those that collide are left out, {@code DELETE /vips/NAME} frees one.
 */
public final class VipRoutes implements Routes {
    private static final String PATH = "/vips";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public void mount(Router router, MasterContext context) {
        router.route(PATH).handler(ctx -> {
            HttpMethod method = ctx.request().method();
            if (method.equals(HttpMethod.GET)) {
                LegacyRoutes.render(
                        ctx,
                        context,
                        (request, state) -> document(state.policy().vips()));
            } else if (method.equals(HttpMethod.POST)) {
                settle(ctx, context);
            } else {
                Replies.methodNotAllowed(ctx, HttpMethod.GET, HttpMethod.POST);
            }
        });
        router.route(PATH + "/*").handler(ctx -> {
            if (!ctx.request().method().equals(HttpMethod.DELETE)) {
                Replies.methodNotAllowed(ctx, HttpMethod.DELETE);
                return;
            }
            String name = URLDecoder.decode(ctx.normalizedPath().substring(PATH.length() + 1), StandardCharsets.UTF_8);
            Asking.forward(ctx, context, requestId -> new Command.RemoveVip(requestId, name));
        });
    }

    private static Document document(Map<String, String> vips) {
        return json -> {
            json.writeStartObject();
            for (Map.Entry<String, String> vip : new TreeMap<>(vips).entrySet()) {
                json.writeStringField(vip.getKey(), vip.getValue());
            }
            json.writeEndObject();
        };
    }

    private static void settle(RoutingContext ctx, MasterContext context) {
        String body = ctx.body().asString();
        Map<String, String> proposals;
        try {
            proposals = JSON.readValue(body == null ? "" : body, new TypeReference<LinkedHashMap<String, String>>() {});
        } catch (JsonProcessingException e) {
            Replies.error(ctx, 400, "Expecting a JSON object of addresses by name: " + e.getOriginalMessage());
            return;
        }
        Asking.forward(ctx, context, requestId -> new Command.SettleVips(requestId, proposals));
    }
}
