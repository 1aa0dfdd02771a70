package io.gatun.dnsserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.mesos.http.Replies;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.function.Supplier;

/** The HTTP interface of DC/OS net (apps/dcos_rest of dcos-net); port 62080 by default. */
final class NetHttp {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Supplier<DnsRecords> records;
    private final Supplier<NetView> view;

    NetHttp(Supplier<DnsRecords> records, Supplier<NetView> view) {
        this.records = records;
        this.view = view;
    }

    void mount(Router router) {
        router.get("/v1/version").handler(this::version);
        router.get("/v1/vips").handler(this::vips);
        router.get("/v1/nodes").handler(this::nodes);
        router.get("/v1/records").handler(this::records);
        router.get("/v1/hosts/:host").handler(this::hosts);
        router.get("/v1/services/:service").handler(this::services);
        router.get("/v1/config").handler(ctx -> Replies.error(ctx, 501, "not implemented"));
        router.get("/v1/enumerate").handler(ctx -> Replies.error(ctx, 501, "not implemented"));
    }

    private void version(RoutingContext ctx) {
        Replies.json(ctx, JSON.objectNode().put("Service", "dcos-dns").put("Version", RecordLookup.version()));
    }

    private void vips(RoutingContext ctx) {
        ArrayNode list = JSON.arrayNode();
        for (NetView.Vip vip : view.get().vips()) {
            ObjectNode entry = list.addObject().put("vip", vip.vip()).put("protocol", vip.protocol());
            ArrayNode backends = entry.putArray("backend");
            vip.backends()
                    .forEach(backend ->
                            backends.addObject().put("ip", backend.ip()).put("port", backend.port()));
        }
        Replies.json(ctx, list);
    }

    private void nodes(RoutingContext ctx) {
        ArrayNode list = JSON.arrayNode();
        for (NetView.Node node : view.get().nodes()) {
            ObjectNode entry = list.addObject().put("private_ip", node.privateIp());
            entry.putArray("public_ips");
            entry.put("hostname", node.hostName()).put("updated", node.updated());
        }
        Replies.json(ctx, list);
    }

    private void records(RoutingContext ctx) {
        DnsRecords now = records.get();
        ArrayNode list = JSON.arrayNode();
        now.addresses()
                .forEach((name, ips) -> ips.forEach(ip -> list.addObject()
                        .put("name", name)
                        .put("host", ip.getHostAddress())
                        .put("rtype", ip instanceof Inet4Address ? "A" : "AAAA")));
        now.services()
                .forEach((name, targets) -> targets.forEach(target -> list.addObject()
                        .put("name", name)
                        .put("host", target.hostAndPort())
                        .put("rtype", "SRV")));
        Replies.json(ctx, list);
    }

    private void hosts(RoutingContext ctx) {
        String host = RecordLookup.absolute(ctx.pathParam("host"));
        ArrayNode list = JSON.arrayNode();
        for (InetAddress ip : RecordLookup.addresses(records.get(), host)) {
            if (ip instanceof Inet4Address) {
                list.addObject().put("host", host).put("ip", ip.getHostAddress());
            }
        }
        Replies.json(ctx, list);
    }

    private void services(RoutingContext ctx) {
        String service = RecordLookup.absolute(ctx.pathParam("service"));
        DnsRecords now = records.get();
        ArrayNode list = JSON.arrayNode();
        for (SrvTarget target : RecordLookup.services(now, service)) {
            list.addObject()
                    .put("service", service)
                    .put("host", target.host())
                    .put("ip", RecordLookup.firstAddress(now, target))
                    .put("port", target.port());
        }
        Replies.json(ctx, list);
    }
}
