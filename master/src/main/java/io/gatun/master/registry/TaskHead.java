package io.gatun.master.registry;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import java.io.IOException;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * What a new leader needs of a {@link TaskRecord} before it can take calls.
 *
 * @param frameworkId whose it is
 * @param taskId its own id
 * @param agentId where it runs
 * @param state as of the record
 */
record TaskHead(String frameworkId, String taskId, String agentId, TaskState state) {
    TaskHead {
        Objects.requireNonNull(frameworkId, "has no framework_id");
        Objects.requireNonNull(taskId, "has no task_id");
        Objects.requireNonNull(agentId, "has no agent_id");
        Objects.requireNonNull(state, "has no state that this release knows");
    }

    /**
     * Reads it and passes over the rest.
     *
     * @param names gives ids that many tasks have, once each
     * @throws IOException when these are no bytes of such a record
     * @throws NullPointerException saying what is missing
     */
    static TaskHead read(CodedInputStream in, UnaryOperator<String> names) throws IOException {
        Reader reader = new Reader();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == TaskRecord.TASK_FIELD_NUMBER) {
                int outer = in.pushLimit(in.readRawVarint32());
                reader.read(in);
                in.popLimit(outer);
            } else {
                in.skipField(tag);
            }
        }
        TaskHead head =
                new TaskHead(names.apply(reader.frameworkId), reader.taskId, names.apply(reader.agentId), reader.state);
        // A string keeps it, and whoever looks for half a million of them does not have to fetch their characters.
        int unused = head.taskId.hashCode();
        return head;
    }

    private static final class Reader {
        private String frameworkId;
        private String taskId;
        private String agentId;
        private TaskState state;

        void read(CodedInputStream in) throws IOException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case Task.TASK_ID_FIELD_NUMBER -> taskId = readId(in, TaskID.VALUE_FIELD_NUMBER);
                    case Task.FRAMEWORK_ID_FIELD_NUMBER -> frameworkId = readId(in, FrameworkID.VALUE_FIELD_NUMBER);
                    case Task.AGENT_ID_FIELD_NUMBER -> agentId = readId(in, AgentID.VALUE_FIELD_NUMBER);
                    case Task.STATE_FIELD_NUMBER -> state = TaskState.forNumber(in.readEnum());
                    default -> in.skipField(tag);
                }
            }
        }

        private static String readId(CodedInputStream in, int valueField) throws IOException {
            int outer = in.pushLimit(in.readRawVarint32());
            String id = null;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) == valueField) {
                    id = in.readString();
                } else {
                    in.skipField(tag);
                }
            }
            in.popLimit(outer);
            return id;
        }
    }
}
