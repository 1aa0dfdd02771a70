package io.gatun.master.legacy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gatun.master.operator.TaskCounts;
import io.gatun.master.state.AgentView;
import io.gatun.master.state.FrameworkView;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** {@code /state-summary}: agents and frameworks with numbers of tasks instead of tasks. */
record StateSummaryDocument(MasterPage page) implements Document {
    /** The states that Mesos counts here; it never added the later ones (src/master/readonly_handler.cpp). */
    private static final List<TaskState> COUNTED = List.of(
            TaskState.TASK_STAGING,
            TaskState.TASK_STARTING,
            TaskState.TASK_RUNNING,
            TaskState.TASK_KILLING,
            TaskState.TASK_FINISHED,
            TaskState.TASK_KILLED,
            TaskState.TASK_FAILED,
            TaskState.TASK_LOST,
            TaskState.TASK_ERROR,
            TaskState.TASK_UNREACHABLE);

    /** What the tasks tell of one agent or one framework: their states, and where the other side is. */
    private static final class Summary {
        final TaskCounts counts = new TaskCounts();
        final SortedSet<String> others = new TreeSet<>();
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
        MasterSnapshot snapshot = page.snapshot();
        Map<String, Summary> byAgent = new HashMap<>();
        Map<String, Summary> byFramework = new HashMap<>();
        for (FrameworkView framework : snapshot.frameworks()) {
            String id = framework.info().getId().getValue();
            for (List<Task> tasks :
                    List.of(framework.tasks(), framework.unreachableTasks(), framework.completedTasks())) {
                tasks.forEach(task -> count(task, id, byAgent, byFramework));
            }
        }
        json.writeStartObject();
        json.writeStringField("hostname", snapshot.master().getHostname());
        if (page.cluster().isPresent()) {
            json.writeStringField("cluster", page.cluster().get());
        }
        Fields.array(json, "slaves", snapshot.agents(), (out, agent) -> writeAgent(out, agent, byAgent));
        Fields.array(
                json,
                "frameworks",
                snapshot.frameworks(),
                (out, framework) -> writeFramework(out, framework, byFramework));
        json.writeEndObject();
    }

    private static void count(
            Task task, String frameworkId, Map<String, Summary> byAgent, Map<String, Summary> byFramework) {
        String agentId = task.getAgentId().getValue();
        Summary agent = byAgent.computeIfAbsent(agentId, key -> new Summary());
        agent.counts.add(task);
        agent.others.add(frameworkId);
        Summary framework = byFramework.computeIfAbsent(frameworkId, key -> new Summary());
        framework.counts.add(task);
        framework.others.add(agentId);
    }

    private static void writeAgent(JsonGenerator json, AgentView agent, Map<String, Summary> summaries)
            throws IOException {
        json.writeStartObject();
        AgentModel.writeFields(json, agent);
        writeSummary(json, summaries.get(agent.info().getId().getValue()), "framework_ids");
        json.writeEndObject();
    }

    private static void writeFramework(JsonGenerator json, FrameworkView framework, Map<String, Summary> summaries)
            throws IOException {
        json.writeStartObject();
        FrameworkModel.writeSummaryFields(json, framework);
        writeSummary(json, summaries.get(framework.info().getId().getValue()), "slave_ids");
        json.writeEndObject();
    }

    /** @param found null when there is no task */
    private static void writeSummary(JsonGenerator json, Summary found, String othersField) throws IOException {
        Summary summary = found == null ? new Summary() : found;
        for (TaskState state : COUNTED) {
            json.writeNumberField(state.name(), summary.counts.in(state));
        }
        Fields.strings(json, othersField, summary.others);
    }
}
