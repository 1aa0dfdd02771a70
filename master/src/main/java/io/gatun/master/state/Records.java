package io.gatun.master.state;

import io.gatun.master.registry.RegistryRecord;
import io.gatun.master.registry.RegistryState;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;

/** Builds registry records. */
final class Records {

    private Records() {}

    static RegistryRecord agentAdmitted(AgentInfo info) {
        return record().setAgentAdmitted(
                        RegistryRecord.AgentAdmitted.newBuilder().setAgentInfo(info))
                .build();
    }

    static RegistryRecord agentUnreachable(AgentID id, long sinceMs) {
        return record().setAgentUnreachable(RegistryRecord.AgentUnreachable.newBuilder()
                        .setAgentId(id)
                        .setSinceEpochMs(sinceMs))
                .build();
    }

    static RegistryRecord agentRemoved(AgentID id) {
        return record().setAgentRemoved(RegistryRecord.AgentRemoved.newBuilder().setAgentId(id))
                .build();
    }

    static RegistryRecord frameworkSubscribed(FrameworkInfo info) {
        return record().setFrameworkSubscribed(
                        RegistryRecord.FrameworkSubscribed.newBuilder().setFrameworkInfo(info))
                .build();
    }

    static RegistryRecord frameworkDisconnected(FrameworkID id, long deadlineMs) {
        return record().setFrameworkDisconnected(RegistryRecord.FrameworkDisconnected.newBuilder()
                        .setFrameworkId(id)
                        .setDeadlineEpochMs(deadlineMs))
                .build();
    }

    static RegistryRecord frameworkRemoved(FrameworkID id) {
        return record().setFrameworkRemoved(
                        RegistryRecord.FrameworkRemoved.newBuilder().setFrameworkId(id))
                .build();
    }

    private static RegistryRecord.Builder record() {
        return RegistryRecord.newBuilder().setVersion(RegistryState.VERSION);
    }
}
