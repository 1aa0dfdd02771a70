package io.gatun.dnsserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.mesos.http.Replies;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Mesos-DNS' HTTP interface (resolver/resolver.go, docs/http.md of mesos-dns); port 8123 by default. */
final class MesosDnsHttp {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String DOMAIN = DnsRecords.DOMAIN + ".";

    private final Supplier<DnsRecords> records;
    private final Supplier<Integer> serial;
    private final DnsFlags flags;

    MesosDnsHttp(Supplier<DnsRecords> records, Supplier<Integer> serial, DnsFlags flags) {
        this.records = records;
        this.serial = serial;
        this.flags = flags;
    }

    void mount(Router router) {
        router.get("/v1/version").handler(this::version);
        router.get("/v1/config").handler(this::config);
        router.get("/v1/hosts/:host").handler(this::hosts);
        router.get("/v1/hosts/:host/ports").handler(ctx -> Replies.error(ctx, 501, "not implemented"));
        router.get("/v1/services/:service").handler(this::services);
        router.get("/v1/enumerate").handler(this::enumerate);
        router.get("/v1/axfr").handler(this::axfr);
    }

    private void version(RoutingContext ctx) {
        Replies.json(
                ctx,
                JSON.objectNode()
                        .put("Service", "Mesos-DNS")
                        .put("Version", RecordLookup.version())
                        .put("URL", "https://github.com/mesosphere/mesos-dns"));
    }

    private void config(RoutingContext ctx) {
        ObjectNode config = JSON.objectNode()
                .put("RefreshSeconds", 0)
                .put("TTL", flags.ttlSeconds)
                .put("SRVRecordDefaultWeight", 1)
                .put("Domain", DnsRecords.DOMAIN)
                .put("Port", flags.listenPort)
                .put("Listener", flags.listenIp)
                .put("HttpPort", flags.mesosDnsHttpPort)
                .put("HTTPListener", flags.httpIp)
                .put("SOAMname", "ns1.mesos.")
                .put("SOARname", "root.ns1.mesos.")
                .put("SOARefresh", 60)
                .put("SOARetry", 600)
                .put("SOAExpire", 86_400)
                .put("SOAMinttl", flags.ttlSeconds)
                .put("DnsOn", true)
                .put("HttpOn", true)
                .put("ExternalOn", false)
                .put("RecurseOn", false)
                .put("EnumerationOn", true)
                .put("EnforceRFC952", false);
        config.putArray("Resolvers");
        config.putArray("IPSources").add("netinfo").add("host");
        Replies.json(ctx, config);
    }

    private void hosts(RoutingContext ctx) {
        String host = RecordLookup.absolute(ctx.pathParam("host"));
        ArrayNode list = JSON.arrayNode();
        for (InetAddress ip : RecordLookup.addresses(records.get(), host)) {
            list.addObject().put("host", host).put("ip", ip.getHostAddress());
        }
        if (list.isEmpty()) {
            list.addObject().put("host", "").put("ip", "");
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
                    .put("port", Integer.toString(target.port()));
        }
        if (list.isEmpty()) {
            list.addObject().put("service", "").put("host", "").put("ip", "").put("port", "");
        }
        Replies.json(ctx, list);
    }

    private void enumerate(RoutingContext ctx) {
        ObjectNode body = JSON.objectNode();
        ArrayNode frameworks = body.putArray("frameworks");
        for (DnsRecords.EnumeratedFramework framework : records.get().frameworks()) {
            ObjectNode entry = frameworks.addObject();
            ArrayNode tasks = entry.putArray("tasks");
            for (DnsRecords.EnumeratedTask task : framework.tasks()) {
                ObjectNode item = tasks.addObject().put("name", task.name()).put("id", task.id());
                ArrayNode list = item.putArray("records");
                task.records()
                        .forEach(record -> list.addObject()
                                .put("name", record.name())
                                .put("host", record.host())
                                .put("rtype", record.type()));
            }
            entry.put("name", framework.name());
        }
        Replies.json(ctx, body);
    }

    private void axfr(RoutingContext ctx) {
        DnsRecords now = records.get();
        ObjectNode body = JSON.objectNode()
                .put("TTL", flags.ttlSeconds)
                .put("Serial", Integer.toUnsignedLong(serial.get()))
                .put("RefreshSeconds", 0)
                .put("Mname", "ns1.mesos.")
                .put("Rname", "root.ns1.mesos.")
                .put("Domain", DnsRecords.DOMAIN);
        ObjectNode all = body.putObject("Records");
        ObjectNode a = all.putObject("As");
        ObjectNode aaaa = all.putObject("AAAAs");
        ObjectNode srv = all.putObject("SRVs");
        for (Map.Entry<String, List<InetAddress>> entry : now.addresses().entrySet()) {
            if (DnsName.isWithin(entry.getKey(), DOMAIN)) {
                for (InetAddress ip : entry.getValue()) {
                    ObjectNode of = ip instanceof Inet4Address ? a : aaaa;
                    of.withArrayProperty(entry.getKey()).add(ip.getHostAddress());
                }
            }
        }
        now.services().forEach((name, targets) -> {
            ArrayNode list = srv.putArray(name);
            targets.forEach(target -> list.add(target.hostAndPort()));
        });
        Replies.json(ctx, body);
    }
}
