package io.gatun.master.operator;

import com.google.protobuf.Message;
import io.gatun.master.state.AgentView;
import io.gatun.master.state.ClusterPolicy;
import io.gatun.master.state.Counter;
import io.gatun.master.state.Counters;
import io.gatun.master.state.FrameworkView;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.master.state.RemovalGauges;
import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.MasterInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.maintenance.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A small cluster with one of everything, made by hand. */
public final class SampleCluster {
    /** This master, leading. */
    public static final MasterInfo MASTER = message(MasterInfo.newBuilder(), """
            {"id":"m1","ip":16777343,"port":5050,"pid":"master@127.0.0.1:5050","hostname":"one.example",
             "version":"1.11.0","address":{"hostname":"one.example","ip":"127.0.0.1","port":5050},
             "capabilities":[{"type":"AGENT_UPDATE"}]}""");

    private SampleCluster() {}

    /** Two agents, one of them away; a live framework with four tasks and an offer; a completed one with a task. */
    public static MasterSnapshot snapshot() {
        return snapshot(7, List.of(web(), task("batch.2", "m1-S0", "TASK_STAGING", "*", 1, 0)));
    }

    /** As {@link #snapshot()}, with these tasks in place of those that run. */
    public static MasterSnapshot snapshot(long version, List<Task> running) {
        AgentInfo recovered =
                message(AgentInfo.newBuilder(), "{\"id\":{\"value\":\"m0-S9\"},\"hostname\":\"nine\",\"port\":5052}");
        return new MasterSnapshot(
                version,
                MASTER,
                1000.25,
                1001,
                List.of(agent(running), awayAgent()),
                List.of(recovered),
                3,
                List.of(marathon(running)),
                List.of(gone()),
                new ClusterPolicy(
                        Map.of("web/blue", 2.0),
                        Map.of(),
                        Schedule.getDefaultInstance(),
                        List.of(),
                        Map.of(),
                        Map.of()),
                new RemovalGauges(2, 1, 3, 4),
                new Counters(Map.of(Counter.TASKS_FINISHED, 12L)));
    }

    /** Nothing but this master. */
    public static MasterSnapshot empty() {
        return new MasterSnapshot(
                0,
                MASTER,
                1000.25,
                0,
                List.of(),
                List.of(),
                0,
                List.of(),
                List.of(),
                ClusterPolicy.NONE,
                RemovalGauges.NONE,
                Counters.ZERO);
    }

    /** Runs, with a health check's result, a container's address, a discovery name and labels. */
    public static Task web() {
        return message(Task.newBuilder(), """
                {"name":"web","task_id":{"value":"web.1"},"framework_id":{"value":"m1-0000"},
                 "agent_id":{"value":"m1-S0"},"state":"TASK_RUNNING",
                 "resources":[
                   {"name":"cpus","type":"SCALAR","scalar":{"value":0.5},"allocation_info":{"role":"web/blue"}},
                   {"name":"mem","type":"SCALAR","scalar":{"value":64},"allocation_info":{"role":"web/blue"}},
                   {"name":"ports","type":"RANGES","allocation_info":{"role":"web/blue"},
                    "ranges":{"range":[{"begin":31005,"end":31005},{"begin":31001,"end":31002}]}}],
                 "statuses":[
                   {"task_id":{"value":"web.1"},"state":"TASK_STARTING","timestamp":1100.5},
                   {"task_id":{"value":"web.1"},"state":"TASK_RUNNING","timestamp":1101.25,"healthy":true,
                    "labels":{"labels":[{"key":"a","value":"b"}]},
                    "container_status":{"container_id":{"value":"c-1"},"executor_pid":77,
                      "network_infos":[{"ip_addresses":[{"protocol":"IPv4","ip_address":"127.0.0.1"}],
                                        "name":"host","groups":["public"],
                                        "port_mappings":[{"host_port":31001,"container_port":80}]}]}}],
                 "labels":{"labels":[{"key":"VIP_0","value":"/web:80"}]},
                 "discovery":{"visibility":"FRAMEWORK","name":"web",
                   "ports":{"ports":[{"number":31001,"name":"http","protocol":"tcp"}]}},
                 "health_check":{"type":"TCP","tcp":{"port":31001}},
                 "limits":{"mem":{"value":128}},
                 "user":"nobody"}""");
    }

    /** @param firstStatus time of the only status; 0 for a task without any */
    static Task task(String id, String agent, String state, String role, double cpus, double firstStatus) {
        String statuses = firstStatus == 0
                ? ""
                : "{\"task_id\":{\"value\":\"%s\"},\"state\":\"%s\",\"timestamp\":%s}"
                        .formatted(id, state, firstStatus);
        return message(Task.newBuilder(), """
                {"name":"batch","task_id":{"value":"%s"},"framework_id":{"value":"m1-0000"},
                 "agent_id":{"value":"%s"},"state":"%s",
                 "resources":[{"name":"cpus","type":"SCALAR","scalar":{"value":%s},"allocation_info":{"role":"%s"}}],
                 "statuses":[%s]}""".formatted(id, agent, state, cpus, role, statuses));
    }

    private static AgentView agent(List<Task> running) {
        AgentInfo info = message(AgentInfo.newBuilder(), """
                {"id":{"value":"m1-S0"},"hostname":"node.example","port":5051,
                 "domain":{"fault_domain":{"region":{"name":"r"},"zone":{"name":"z"}}},
                 "attributes":[
                   {"name":"rack","type":"TEXT","text":{"value":"r1"}},
                   {"name":"level","type":"SCALAR","scalar":{"value":3}},
                   {"name":"slots","type":"RANGES","ranges":{"range":[{"begin":1,"end":3},{"begin":7,"end":7}]}},
                   {"name":"kinds","type":"SET","set":{"item":["a","b"]}}]}""");
        return new AgentView(
                info,
                "slave(1)@127.0.0.1:5051",
                "0.1.0",
                List.of(AgentInfo.Capability.newBuilder()
                        .setType(AgentInfo.Capability.Type.MULTI_ROLE)
                        .build()),
                true,
                true,
                false,
                Optional.empty(),
                OptionalDouble.empty(),
                1002.5,
                OptionalDouble.of(1050),
                Resources.parse("cpus:8;cpus(web):1;mem:1024.5;disk:500;ports:[31000-32000]"),
                used(running),
                Resources.of(offer().getResourcesList()));
    }

    private static AgentView awayAgent() {
        return new AgentView(
                message(AgentInfo.newBuilder(), "{\"id\":{\"value\":\"m1-S1\"},\"hostname\":\"away\",\"port\":5061}"),
                "slave(1)@127.0.0.1:5061",
                "0.1.0",
                List.of(),
                false,
                false,
                false,
                Optional.empty(),
                OptionalDouble.empty(),
                1003,
                OptionalDouble.empty(),
                Resources.parse("cpus:2;mem:100"),
                Resources.NONE,
                Resources.NONE);
    }

    private static FrameworkView marathon(List<Task> running) {
        FrameworkInfo info = message(FrameworkInfo.newBuilder(), """
                {"id":{"value":"m1-0000"},"user":"root","name":"marathon","hostname":"one.example",
                 "webui_url":"http://one.example:8080","failover_timeout":604800,"checkpoint":true,
                 "principal":"p","roles":["*","web/blue"],"labels":{"labels":[{"key":"team","value":"x"}]},
                 "capabilities":[{"type":"MULTI_ROLE"},{"type":"PARTITION_AWARE"}]}""");
        return new FrameworkView(
                info,
                true,
                true,
                false,
                1010,
                OptionalDouble.of(1020),
                OptionalDouble.empty(),
                running,
                List.of(task("batch.1", "m1-S3", "TASK_UNREACHABLE", "*", 0.25, 1080)),
                List.of(task("batch.0", "m1-S0", "TASK_FINISHED", "*", 0.25, 1070)),
                List.of(offer()),
                used(running),
                Resources.of(offer().getResourcesList()));
    }

    private static FrameworkView gone() {
        FrameworkInfo info = message(
                FrameworkInfo.newBuilder(),
                "{\"id\":{\"value\":\"m0-0001\"},\"user\":\"root\",\"name\":\"once\",\"role\":\"old\"}");
        Task last = task("once.0", "m1-S0", "TASK_KILLED", "old", 1, 1005).toBuilder()
                .setFrameworkId(info.getId())
                .build();
        return new FrameworkView(
                info,
                false,
                false,
                false,
                1004,
                OptionalDouble.empty(),
                OptionalDouble.of(1009),
                List.of(),
                List.of(),
                List.of(last),
                List.of(),
                Resources.NONE,
                Resources.NONE);
    }

    private static Offer offer() {
        return message(Offer.newBuilder(), """
                {"id":{"value":"m1-O5"},"framework_id":{"value":"m1-0000"},"agent_id":{"value":"m1-S0"},
                 "hostname":"node.example","allocation_info":{"role":"web/blue"},
                 "resources":[{"name":"cpus","type":"SCALAR","scalar":{"value":1},
                               "allocation_info":{"role":"web/blue"},
                               "reservations":[{"type":"STATIC","role":"web"}]}]}""");
    }

    private static Resources used(List<Task> tasks) {
        List<Resource> all = new ArrayList<>();
        tasks.forEach(task -> all.addAll(task.getResourcesList()));
        return Resources.of(all);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // A builder builds what it is named after.
    private static <M extends Message> M message(Message.Builder builder, String json) {
        try {
            MesosJson.merge(json, builder);
        } catch (CodecException e) {
            throw new IllegalArgumentException(json, e);
        }
        return (M) builder.build();
    }
}
