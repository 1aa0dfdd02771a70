package io.gatun.agent.http;

import io.gatun.agent.AgentSnapshot;
import io.gatun.agent.AgentSnapshot.ExecutorView;
import io.gatun.agent.AgentSnapshot.FrameworkView;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.Attribute;
import io.gatun.mesos.v1.FrameworkInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/** /state and /flags, in Mesos' own model (src/slave/http.cpp, src/common/http.cpp): see {@link TaskJson} for its quirks. */
final class StateJson {
    private static final double MILLIS_PER_SECOND = 1000;

    private StateJson() {}

    static Map<String, Object> flags(AgentView agent) {
        return Map.of("flags", agent.flags());
    }

    static Map<String, Object> state(AgentView agent, AgentSnapshot state) {
        AgentInfo info = state.info();
        SequencedMap<String, Object> json = Json.object();
        json.putAll(VersionJson.version());
        json.put("start_time", state.startTime());
        json.put("id", info.getId().getValue());
        json.put("pid", state.pid());
        json.put("hostname", info.getHostname());
        json.put("capabilities", capabilities());
        state.draining().ifPresent(draining -> {
            json.put("drain_config", Json.message(draining.getConfig()));
            json.put("estimated_drain_start_time_seconds", draining.getSinceEpochMs() / MILLIS_PER_SECOND);
        });
        json.putAll(resources(state.total(), used(state)));
        json.put("resource_providers", List.of());
        json.put("attributes", attributes(info.getAttributesList()));
        state.master().ifPresent(master -> json.put("master_hostname", master.getHostname()));
        json.put("flags", agent.flags());
        json.put("frameworks", list(state.frameworks(), StateJson::framework));
        json.put("completed_frameworks", list(state.completedFrameworks(), StateJson::framework));
        return json;
    }

    private static List<String> capabilities() {
        return AgentSnapshot.CAPABILITIES.stream().map(Enum::name).toList();
    }

    private static Map<String, Object> resources(Resources total, Resources used) {
        SequencedMap<String, Object> json = Json.object();
        json.put("resources", total.model());
        json.put("reserved_resources", byRole(total, Resources::model));
        json.put("unreserved_resources", total.unreserved().model());
        json.put("reserved_resources_full", byRole(total, StateJson::full));
        json.put("unreserved_resources_full", full(total.unreserved()));
        json.put("reserved_resources_allocated", byRole(used, Resources::model));
        json.put("unreserved_resources_allocated", used.unreserved().model());
        return json;
    }

    static Resources used(AgentSnapshot state) {
        Resources used = Resources.NONE;
        for (FrameworkView framework : state.frameworks()) {
            for (ExecutorView executor : framework.executors()) {
                if (!TaskStates.terminal(executor.task().getState())) {
                    used = used.plus(
                            Resources.of(executor.taskInfo().getResourcesList()).unallocated());
                }
            }
        }
        return used;
    }

    private static Map<String, Object> byRole(Resources resources, Function<Resources, Object> render) {
        Map<String, Object> json = new LinkedHashMap<>();
        resources.reservedRoles().forEach(role -> json.put(role, render.apply(resources.reserved(role))));
        return json;
    }

    private static List<Object> full(Resources resources) {
        return list(resources.toOldProtos(), Json::message);
    }

    static Map<String, Object> attributes(List<Attribute> attributes) {
        SequencedMap<String, Object> json = Json.object();
        for (Attribute attribute : attributes) {
            json.put(attribute.getName(), value(attribute));
        }
        return json;
    }

    private static Object value(Attribute attribute) {
        return switch (attribute.getType()) {
            case SCALAR -> attribute.getScalar().getValue();
            case TEXT -> attribute.getText().getValue();
            case SET -> "{" + String.join(", ", attribute.getSet().getItemList()) + "}";
            case RANGES -> {
                List<String> ranges = new ArrayList<>();
                attribute
                        .getRanges()
                        .getRangeList()
                        .forEach(range -> ranges.add(range.getBegin() + "-" + range.getEnd()));
                yield "[" + String.join(", ", ranges) + "]";
            }
        };
    }

    private static Map<String, Object> framework(FrameworkView framework) {
        FrameworkInfo info = framework.info();
        SequencedMap<String, Object> json = Json.object();
        json.put("id", info.getId().getValue());
        json.put("name", info.getName());
        json.put("user", info.getUser());
        json.put("failover_timeout", info.getFailoverTimeout());
        json.put("checkpoint", info.getCheckpoint());
        json.put("hostname", info.getHostname());
        if (info.hasPrincipal()) {
            json.put("principal", info.getPrincipal());
        }
        if (info.getCapabilitiesList().stream()
                .anyMatch(c -> c.getType() == FrameworkInfo.Capability.Type.MULTI_ROLE)) {
            json.put("roles", info.getRolesList());
        } else {
            json.put("role", TaskJson.singleRole(info));
        }
        json.put("executors", list(framework.executors(), e -> TaskJson.executor(info, e)));
        json.put("completed_executors", list(framework.completedExecutors(), e -> TaskJson.executor(info, e)));
        return json;
    }

    private static <T> List<Object> list(List<T> values, Function<T, Object> render) {
        return values.stream().map(render).toList();
    }
}
