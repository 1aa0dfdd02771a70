package io.gatun.master.state;

import io.gatun.master.registry.AgentRecord;
import io.gatun.master.registry.Changes;
import io.gatun.master.registry.FrameworkRecord;
import io.gatun.master.registry.Kind;
import io.gatun.master.registry.RegistryRecord;
import io.gatun.master.registry.SinceRecord;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;

/** Builds registry records. */
final class Records {

    private Records() {}

    static RegistryRecord agentAdmitted(AgentInfo info) {
        return Changes.none()
                .put(
                        Kind.AGENT,
                        info.getId().getValue(),
                        AgentRecord.newBuilder().setInfo(info).build())
                .remove(Kind.UNREACHABLE_AGENT, info.getId().getValue())
                .record();
    }

    static RegistryRecord agentUnreachable(AgentID id, long sinceMs) {
        return Changes.none()
                .remove(Kind.AGENT, id.getValue())
                .put(Kind.UNREACHABLE_AGENT, id.getValue(), since(sinceMs))
                .record();
    }

    static RegistryRecord agentRemoved(AgentID id) {
        return Changes.none()
                .remove(Kind.AGENT, id.getValue())
                .remove(Kind.UNREACHABLE_AGENT, id.getValue())
                .put(Kind.REMOVED_AGENT, id.getValue(), SinceRecord.getDefaultInstance())
                .record();
    }

    static RegistryRecord frameworkSubscribed(FrameworkInfo info) {
        return framework(FrameworkRecord.newBuilder().setInfo(info).build());
    }

    static RegistryRecord frameworkDisconnected(FrameworkInfo info, long deadlineMs) {
        return framework(FrameworkRecord.newBuilder()
                .setInfo(info)
                .setDeadlineEpochMs(deadlineMs)
                .build());
    }

    private static RegistryRecord framework(FrameworkRecord record) {
        return Changes.none()
                .put(Kind.FRAMEWORK, record.getInfo().getId().getValue(), record)
                .record();
    }

    static RegistryRecord frameworkRemoved(FrameworkID id) {
        return Changes.none()
                .remove(Kind.FRAMEWORK, id.getValue())
                .put(Kind.REMOVED_FRAMEWORK, id.getValue(), SinceRecord.getDefaultInstance())
                .record();
    }

    private static SinceRecord since(long epochMs) {
        return SinceRecord.newBuilder().setSinceEpochMs(epochMs).build();
    }
}
