package io.gatun.master.legacy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gatun.master.state.FrameworkView;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import java.io.IOException;

/** The framework object: the summary that both {@code /state} and {@code /state-summary} show, and the rest. */
final class FrameworkModel {
    private FrameworkModel() {}

    static void write(JsonGenerator json, FrameworkView framework) throws IOException {
        json.writeStartObject();
        writeSummaryFields(json, framework);
        FrameworkInfo info = framework.info();
        json.writeStringField("user", info.getUser());
        Fields.number(json, "failover_timeout", info.getFailoverTimeout());
        json.writeBooleanField("checkpoint", info.getCheckpoint());
        Fields.number(json, "registered_time", framework.registeredTime());
        // Mesos writes 0 for a framework that is not gone.
        Fields.number(json, "unregistered_time", framework.unregisteredTime().orElse(0));
        if (info.hasPrincipal()) {
            json.writeStringField("principal", info.getPrincipal());
        }
        ResourceModel.write(json, "resources", framework.used().plus(framework.offered()));
        Fields.number(json, "reregistered_time", framework.reregisteredTime());
        writeRoles(json, info);
        Fields.array(json, "tasks", framework.tasks(), TaskModel::write);
        Fields.array(json, "unreachable_tasks", framework.unreachableTasks(), TaskModel::write);
        Fields.array(json, "completed_tasks", framework.completedTasks(), TaskModel::write);
        Fields.array(json, "offers", framework.offers(), FrameworkModel::writeOffer);
        // A command task's executor is the agent's own affair: Mesos' master does not list it, and there is no other.
        Fields.emptyArray(json, "executors");
        if (info.hasLabels()) {
            Fields.labels(json, info.getLabels());
        }
        json.writeEndObject();
    }

    /** No {@code pid}: it belongs to schedulers of the v0 driver. */
    static void writeSummaryFields(JsonGenerator json, FrameworkView framework) throws IOException {
        FrameworkInfo info = framework.info();
        json.writeStringField("id", info.getId().getValue());
        json.writeStringField("name", info.getName());
        ResourceModel.write(json, "used_resources", framework.used());
        ResourceModel.write(json, "offered_resources", framework.offered());
        Fields.array(
                json,
                "capabilities",
                info.getCapabilitiesList(),
                (out, capability) -> out.writeString(capability.getType().name()));
        json.writeStringField("hostname", info.getHostname());
        json.writeStringField("webui_url", info.getWebuiUrl());
        json.writeBooleanField("active", framework.active());
        json.writeBooleanField("connected", framework.connected());
        json.writeBooleanField("recovered", framework.recovered());
    }

    /** {@code roles} for a framework with MULTI_ROLE, {@code role} for any other: what its FrameworkInfo says. */
    @SuppressWarnings("deprecation") // FrameworkInfo.role: the only role of a framework without MULTI_ROLE.
    private static void writeRoles(JsonGenerator json, FrameworkInfo info) throws IOException {
        boolean multiRole = info.getCapabilitiesList().stream()
                .anyMatch(capability -> capability.getType() == FrameworkInfo.Capability.Type.MULTI_ROLE);
        if (multiRole) {
            Fields.strings(json, "roles", info.getRolesList());
        } else {
            json.writeStringField("role", info.getRole());
        }
    }

    private static void writeOffer(JsonGenerator json, Offer offer) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", offer.getId().getValue());
        json.writeStringField("framework_id", offer.getFrameworkId().getValue());
        if (offer.hasAllocationInfo()) {
            Fields.message(json, "allocation_info", offer.getAllocationInfo());
        }
        json.writeStringField("slave_id", offer.getAgentId().getValue());
        ResourceModel.write(json, "resources", Resources.of(offer.getResourcesList()));
        json.writeEndObject();
    }
}
