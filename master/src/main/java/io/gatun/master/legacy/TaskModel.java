package io.gatun.master.legacy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.ContainerStatus;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.Value;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** The task object, and the status objects in it. */
final class TaskModel {
    private TaskModel() {}

    static void write(JsonGenerator json, Task task) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", task.getTaskId().getValue());
        json.writeStringField("name", task.getName());
        json.writeStringField("framework_id", task.getFrameworkId().getValue());
        // Empty for a command task, as in Mesos.
        json.writeStringField("executor_id", task.getExecutorId().getValue());
        json.writeStringField("slave_id", task.getAgentId().getValue());
        json.writeStringField("state", task.getState().name());
        ResourceModel.write(json, "resources", Resources.of(task.getResourcesList()));
        writeLimits(json, task.getLimitsMap());
        if (task.getResourcesCount() > 0) {
            // All resources of a task are allocated to one role (MESOS-6636).
            json.writeStringField(
                    "role", task.getResources(0).getAllocationInfo().getRole());
        }
        Fields.array(json, "statuses", task.getStatusesList(), TaskModel::writeStatus);
        if (task.hasUser()) {
            json.writeStringField("user", task.getUser());
        }
        if (task.hasLabels()) {
            Fields.labels(json, task.getLabels());
        }
        if (task.hasDiscovery()) {
            Fields.message(json, "discovery", task.getDiscovery());
        }
        if (task.hasContainer()) {
            Fields.message(json, "container", task.getContainer());
        }
        if (task.hasHealthCheck()) {
            Fields.message(json, "health_check", task.getHealthCheck());
        }
        json.writeEndObject();
    }

    /** Numbers by name; no limit at all is the text {@code Infinity}. */
    private static void writeLimits(JsonGenerator json, Map<String, Value.Scalar> limits) throws IOException {
        if (limits.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("limits");
        for (Map.Entry<String, Value.Scalar> limit : new TreeMap<>(limits).entrySet()) {
            Fields.number(json, limit.getKey(), limit.getValue().getValue());
        }
        json.writeEndObject();
    }

    private static void writeStatus(JsonGenerator json, TaskStatus status) throws IOException {
        json.writeStartObject();
        json.writeStringField("state", status.getState().name());
        Fields.number(json, "timestamp", status.getTimestamp());
        if (status.hasLabels()) {
            Fields.labels(json, status.getLabels());
        }
        if (status.hasContainerStatus()) {
            json.writeFieldName("container_status");
            writeContainerStatus(json, status.getContainerStatus());
        }
        if (status.hasHealthy()) {
            json.writeBooleanField("healthy", status.getHealthy());
        }
        json.writeEndObject();
    }

    private static void writeContainerStatus(JsonGenerator json, ContainerStatus status) throws IOException {
        json.writeStartObject();
        if (status.hasContainerId()) {
            Fields.message(json, "container_id", status.getContainerId());
        }
        if (status.getNetworkInfosCount() > 0) {
            Fields.array(json, "network_infos", status.getNetworkInfosList(), TaskModel::writeNetwork);
        }
        if (status.hasCgroupInfo()) {
            Fields.message(json, "cgroup_info", status.getCgroupInfo());
        }
        json.writeEndObject();
    }

    private static void writeNetwork(JsonGenerator json, NetworkInfo network) throws IOException {
        json.writeStartObject();
        if (network.getGroupsCount() > 0) {
            Fields.strings(json, "groups", network.getGroupsList());
        }
        if (network.hasLabels()) {
            Fields.labels(json, network.getLabels());
        }
        if (network.getIpAddressesCount() > 0) {
            Fields.array(json, "ip_addresses", network.getIpAddressesList(), MesosJson::write);
        }
        if (network.hasName()) {
            json.writeStringField("name", network.getName());
        }
        if (network.getPortMappingsCount() > 0) {
            Fields.array(json, "port_mappings", network.getPortMappingsList(), MesosJson::write);
        }
        json.writeEndObject();
    }
}
