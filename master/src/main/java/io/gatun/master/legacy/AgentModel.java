package io.gatun.master.legacy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gatun.master.state.AgentView;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentInfo;
import java.io.IOException;

/** The slave object. */
final class AgentModel {
    private AgentModel() {}

    static void write(JsonGenerator json, AgentView agent) throws IOException {
        json.writeStartObject();
        writeFields(json, agent);
        json.writeEndObject();
    }

    /** As {@code /slaves} shows it: with each resource in full, so that it can be handed back in another call. */
    static void writeFull(JsonGenerator json, AgentView agent) throws IOException {
        Resources total = agent.total();
        json.writeStartObject();
        writeFields(json, agent);
        json.writeObjectFieldStart("reserved_resources_full");
        for (String role : total.reservedRoles()) {
            ResourceModel.writeFull(json, role, total.reserved(role));
        }
        json.writeEndObject();
        ResourceModel.writeFull(json, "unreserved_resources_full", total.unreserved());
        ResourceModel.writeFull(json, "used_resources_full", agent.used());
        ResourceModel.writeFull(json, "offered_resources_full", agent.offered());
        json.writeEndObject();
    }

    /** An agent that is in the registry and has not come back: only its own description is known. */
    static void writeRecovered(JsonGenerator json, AgentInfo agent) throws IOException {
        json.writeStartObject();
        writeInfoFields(json, agent);
        json.writeEndObject();
    }

    static void writeFields(JsonGenerator json, AgentView agent) throws IOException {
        writeInfoFields(json, agent.info());
        json.writeStringField("pid", agent.pid());
        Fields.number(json, "registered_time", agent.registeredTime());
        Fields.number(json, "reregistered_time", agent.reregisteredTime());
        ResourceModel.write(json, "resources", agent.total());
        ResourceModel.write(json, "used_resources", agent.used());
        ResourceModel.write(json, "offered_resources", agent.offered());
        ResourceModel.writeReserved(json, "reserved_resources", agent.total());
        ResourceModel.write(json, "unreserved_resources", agent.total().unreserved());
        json.writeBooleanField("active", agent.active());
        json.writeBooleanField("deactivated", agent.deactivated());
        if (agent.drainInfo().isPresent()) {
            Fields.message(json, "drain_info", agent.drainInfo().get());
        }
        Fields.number(json, "estimated_drain_start_time_seconds", agent.drainStartTime());
        json.writeStringField("version", agent.version());
        Fields.array(
                json,
                "capabilities",
                agent.capabilities(),
                (out, capability) -> out.writeString(capability.getType().name()));
    }

    private static void writeInfoFields(JsonGenerator json, AgentInfo info) throws IOException {
        json.writeStringField("id", info.getId().getValue());
        json.writeStringField("hostname", info.getHostname());
        json.writeNumberField("port", info.getPort());
        ResourceModel.writeAttributes(json, info.getAttributesList());
        if (info.hasDomain()) {
            Fields.message(json, "domain", info.getDomain());
        }
    }
}
