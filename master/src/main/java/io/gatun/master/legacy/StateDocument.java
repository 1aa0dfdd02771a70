package io.gatun.master.legacy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gatun.master.state.AgentView;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.v1.MasterInfo;
import java.io.IOException;
import java.util.Map;

/**
 * {@code /state}. What Mesos tells of its build ({@code build_*}, {@code git_*}) is left out: builds are reproducible and
 * carry no date. So are {@code log_dir} and {@code external_log_file}, which no flag sets.
 */
record StateDocument(MasterPage page) implements Document {
    @Override
    public void write(JsonGenerator json) throws IOException {
        MasterSnapshot snapshot = page.snapshot();
        json.writeStartObject();
        writeMaster(json, snapshot);
        writeLeader(json);
        if (page.cluster().isPresent()) {
            json.writeStringField("cluster", page.cluster().get());
        }
        json.writeFieldName("flags");
        writeFlags(json, page.flags());
        Fields.array(json, "slaves", snapshot.agents(), AgentModel::write);
        Fields.array(json, "recovered_slaves", snapshot.recoveredAgents(), AgentModel::writeRecovered);
        Fields.array(json, "frameworks", snapshot.frameworks(), FrameworkModel::write);
        Fields.array(json, "completed_frameworks", snapshot.completedFrameworks(), FrameworkModel::write);
        // Both empty in every Mesos since 1.3, and expected by old readers.
        Fields.emptyArray(json, "orphan_tasks");
        Fields.emptyArray(json, "unregistered_frameworks");
        json.writeEndObject();
    }

    static void writeFlags(JsonGenerator json, Map<String, String> flags) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, String> flag : flags.entrySet()) {
            json.writeStringField(flag.getKey(), flag.getValue());
        }
        json.writeEndObject();
    }

    private static void writeMaster(JsonGenerator json, MasterSnapshot snapshot) throws IOException {
        MasterInfo master = snapshot.master();
        long active = snapshot.agents().stream().filter(AgentView::active).count();
        json.writeStringField("version", master.getVersion());
        Fields.number(json, "start_time", snapshot.startTime());
        Fields.number(json, "elected_time", snapshot.electedTime());
        json.writeStringField("id", master.getId());
        json.writeStringField("pid", master.getPid());
        json.writeStringField("hostname", master.getHostname());
        Fields.array(
                json,
                "capabilities",
                master.getCapabilitiesList(),
                (out, capability) -> out.writeString(capability.getType().name()));
        json.writeNumberField("activated_slaves", active);
        json.writeNumberField("deactivated_slaves", snapshot.agents().size() - active);
        json.writeNumberField("unreachable_slaves", snapshot.unreachableAgents());
        if (master.hasDomain()) {
            Fields.message(json, "domain", master.getDomain());
        }
    }

    private void writeLeader(JsonGenerator json) throws IOException {
        if (page.leader().isEmpty()) {
            return;
        }
        MasterInfo leader = page.leader().get();
        json.writeStringField("leader", leader.getPid());
        json.writeObjectFieldStart("leader_info");
        json.writeStringField("id", leader.getId());
        json.writeStringField("pid", leader.getPid());
        json.writeNumberField("port", leader.getPort());
        json.writeStringField("hostname", leader.getHostname());
        if (leader.hasDomain()) {
            Fields.message(json, "domain", leader.getDomain());
        }
        json.writeEndObject();
    }
}
