package io.gatun.master.legacy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gatun.master.operator.RoleTable;
import io.gatun.master.operator.RoleView;
import io.gatun.master.state.MasterSnapshot;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** The smaller documents. A selection by id that matches nothing gives empty lists, not an error. */
final class Documents {
    private Documents() {}

    /** {@code /slaves}. */
    static Document agents(MasterSnapshot snapshot, Optional<String> agentId) {
        return json -> {
            json.writeStartObject();
            Fields.array(
                    json,
                    "slaves",
                    () -> snapshot.agents().stream()
                            .filter(view ->
                                    selected(agentId, view.info().getId().getValue()))
                            .iterator(),
                    AgentModel::writeFull);
            Fields.array(
                    json,
                    "recovered_slaves",
                    () -> snapshot.recoveredAgents().stream()
                            .filter(info -> selected(agentId, info.getId().getValue()))
                            .iterator(),
                    AgentModel::writeRecovered);
            json.writeEndObject();
        };
    }

    /** {@code /frameworks}. */
    static Document frameworks(MasterSnapshot snapshot, Optional<String> frameworkId) {
        return json -> {
            json.writeStartObject();
            Fields.array(
                    json,
                    "frameworks",
                    () -> snapshot.frameworks().stream()
                            .filter(view ->
                                    selected(frameworkId, view.info().getId().getValue()))
                            .iterator(),
                    FrameworkModel::write);
            Fields.array(
                    json,
                    "completed_frameworks",
                    () -> snapshot.completedFrameworks().stream()
                            .filter(view ->
                                    selected(frameworkId, view.info().getId().getValue()))
                            .iterator(),
                    FrameworkModel::write);
            Fields.emptyArray(json, "unregistered_frameworks");
            json.writeEndObject();
        };
    }

    /** {@code /roles}. Guarantee and limit are empty for a role without a quota. */
    static Document roles(MasterSnapshot snapshot) {
        return json -> {
            json.writeStartObject();
            Fields.array(json, "roles", RoleTable.of(snapshot), Documents::writeRole);
            json.writeEndObject();
        };
    }

    /** {@code /flags}. */
    static Document flags(Map<String, String> flags) {
        return json -> {
            json.writeStartObject();
            json.writeFieldName("flags");
            StateDocument.writeFlags(json, flags);
            json.writeEndObject();
        };
    }

    /** {@code /version}. */
    static Document version(String version) {
        return json -> {
            json.writeStartObject();
            json.writeStringField("version", version);
            json.writeEndObject();
        };
    }

    /** {@code /metrics/snapshot}. */
    static Document metrics(SortedMap<String, Double> metrics) {
        return json -> {
            json.writeStartObject();
            for (Map.Entry<String, Double> metric : metrics.entrySet()) {
                Fields.number(json, metric.getKey(), metric.getValue());
            }
            json.writeEndObject();
        };
    }

    private static void writeRole(JsonGenerator json, RoleView role) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", role.name());
        Fields.number(json, "weight", role.weight());
        json.writeObjectFieldStart("quota");
        json.writeStringField("role", role.name());
        writeQuantities(json, "guarantee", role.guaranteed());
        writeQuantities(json, "limit", role.limited());
        writeQuantities(json, "consumed", role.consumed());
        json.writeEndObject();
        writeQuantities(json, "resources", role.allocatedAndOffered());
        writeQuantities(json, "allocated", role.allocated());
        writeQuantities(json, "offered", role.offered());
        writeQuantities(json, "reserved", role.reserved());
        Fields.strings(json, "frameworks", role.frameworks());
        json.writeEndObject();
    }

    private static void writeQuantities(JsonGenerator json, String field, SortedMap<String, Long> millis)
            throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, Long> quantity : millis.entrySet()) {
            Fields.number(json, quantity.getKey(), quantity.getValue() / RoleView.MILLIS_PER_UNIT);
        }
        json.writeEndObject();
    }

    private static boolean selected(Optional<String> wanted, String id) {
        return wanted.isEmpty() || wanted.get().equals(id);
    }
}
