package io.gatun.master.registry;

import com.google.protobuf.MessageLite;

/** Records of the first format, which a single master kept in a directory of its own, as changes. */
final class Version1 {
    static final int VERSION = 1;

    private Version1() {}

    /** Throws {@link RegistryException} when the record says nothing that this format knows. */
    static RegistryRecord changes(RegistryRecord old, RegistryState state) {
        Changes changes = Changes.none();
        if (old.hasAgentAdmitted()) {
            var info = old.getAgentAdmitted().getAgentInfo();
            changes.put(Kind.AGENT, info.getId().getValue(), agent(info));
            changes.remove(Kind.UNREACHABLE_AGENT, info.getId().getValue());
        } else if (old.hasAgentUnreachable()) {
            String id = old.getAgentUnreachable().getAgentId().getValue();
            changes.remove(Kind.AGENT, id);
            changes.put(
                    Kind.UNREACHABLE_AGENT, id, since(old.getAgentUnreachable().getSinceEpochMs()));
        } else if (old.hasAgentRemoved()) {
            String id = old.getAgentRemoved().getAgentId().getValue();
            changes.remove(Kind.AGENT, id);
            changes.remove(Kind.UNREACHABLE_AGENT, id);
            changes.put(Kind.REMOVED_AGENT, id, SinceRecord.getDefaultInstance());
        } else if (old.hasFrameworkSubscribed()) {
            var info = old.getFrameworkSubscribed().getFrameworkInfo();
            changes.put(
                    Kind.FRAMEWORK,
                    info.getId().getValue(),
                    FrameworkRecord.newBuilder().setInfo(info).build());
        } else if (old.hasFrameworkDisconnected()) {
            disconnected(old.getFrameworkDisconnected(), state, changes);
        } else if (old.hasFrameworkRemoved()) {
            String id = old.getFrameworkRemoved().getFrameworkId().getValue();
            changes.remove(Kind.FRAMEWORK, id);
            changes.put(Kind.REMOVED_FRAMEWORK, id, SinceRecord.getDefaultInstance());
        } else if (old.hasSnapshot()) {
            snapshot(old.getSnapshot(), changes);
        } else {
            throw new RegistryException("registry record of version 1 says nothing that it could say: fields "
                    + old.getUnknownFields().asMap().keySet());
        }
        return changes.record();
    }

    private static void disconnected(RegistryRecord.FrameworkDisconnected gone, RegistryState state, Changes changes) {
        String id = gone.getFrameworkId().getValue();
        FrameworkRecord known = state.view().frameworks().get(id);
        if (known != null) {
            changes.put(
                    Kind.FRAMEWORK,
                    id,
                    known.toBuilder()
                            .setDeadlineEpochMs(gone.getDeadlineEpochMs())
                            .build());
        }
    }

    /** The first record of its log. */
    private static void snapshot(RegistryRecord.Snapshot snapshot, Changes changes) {
        snapshot.getAgentsList()
                .forEach(info -> changes.put(Kind.AGENT, info.getId().getValue(), agent(info)));
        snapshot.getUnreachableAgentsList()
                .forEach(agent -> changes.put(
                        Kind.UNREACHABLE_AGENT, agent.getAgentId().getValue(), since(agent.getSinceEpochMs())));
        snapshot.getRemovedAgentsList()
                .forEach(id -> changes.put(Kind.REMOVED_AGENT, id.getValue(), SinceRecord.getDefaultInstance()));
        for (RegistryRecord.Snapshot.Framework framework : snapshot.getFrameworksList()) {
            FrameworkRecord.Builder record = FrameworkRecord.newBuilder().setInfo(framework.getFrameworkInfo());
            if (framework.hasDeadlineEpochMs()) {
                record.setDeadlineEpochMs(framework.getDeadlineEpochMs());
            }
            changes.put(Kind.FRAMEWORK, framework.getFrameworkInfo().getId().getValue(), record.build());
        }
        snapshot.getRemovedFrameworksList()
                .forEach(id -> changes.put(Kind.REMOVED_FRAMEWORK, id.getValue(), SinceRecord.getDefaultInstance()));
    }

    private static MessageLite agent(io.gatun.mesos.v1.AgentInfo info) {
        return AgentRecord.newBuilder().setInfo(info).build();
    }

    private static MessageLite since(long epochMs) {
        return SinceRecord.newBuilder().setSinceEpochMs(epochMs).build();
    }
}
