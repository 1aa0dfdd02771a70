package io.gatun.master.registry;

import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** What the records of a registry log add up to. Not thread-safe. */
public final class RegistryState {
    /** The format that this class writes, and the only one it reads. */
    public static final int VERSION = 1;
    /**
     * Unreachable and removed ids that are kept, the newest of each kind: Mesos' {@code --registry_max_agent_count}. An
     * id that is forgotten may come back as an unknown agent or framework.
     */
    public static final int MAX_IDS = 102_400;

    /** A framework, and when it is given up; empty while its scheduler is subscribed. */
    public record KnownFramework(FrameworkInfo info, OptionalLong deadlineMs) {}

    private final Map<String, AgentInfo> agents = new LinkedHashMap<>();
    private final Map<String, Long> unreachableAgents = new LinkedHashMap<>();
    private final Set<String> removedAgents = new LinkedHashSet<>();
    private final Map<String, KnownFramework> frameworks = new LinkedHashMap<>();
    private final Set<String> removedFrameworks = new LinkedHashSet<>();

    /** Admitted agents by id. */
    public Map<String, AgentInfo> agents() {
        return Collections.unmodifiableMap(agents);
    }

    /** By id: since when, in ms since the epoch. */
    public Map<String, Long> unreachableAgents() {
        return Collections.unmodifiableMap(unreachableAgents);
    }

    /** Ids of agents that may not come back. */
    public Set<String> removedAgents() {
        return Collections.unmodifiableSet(removedAgents);
    }

    /** By id. */
    public Map<String, KnownFramework> frameworks() {
        return Collections.unmodifiableMap(frameworks);
    }

    /** Ids of frameworks that may not come back. */
    public Set<String> removedFrameworks() {
        return Collections.unmodifiableSet(removedFrameworks);
    }

    /**
     * Adds one record.
     *
     * @throws RegistryException when {@code record} has another version, or says nothing that this one knows */
    public void apply(RegistryRecord record) {
        if (record.getVersion() != VERSION) {
            throw new RegistryException("registry record has version " + record.getVersion()
                    + ", this master reads only version " + VERSION);
        }
        if (record.hasAgentAdmitted()) {
            AgentInfo info = record.getAgentAdmitted().getAgentInfo();
            agents.put(info.getId().getValue(), info);
            unreachableAgents.remove(info.getId().getValue());
        } else if (record.hasAgentUnreachable()) {
            String id = record.getAgentUnreachable().getAgentId().getValue();
            agents.remove(id);
            unreachableAgents.put(id, record.getAgentUnreachable().getSinceEpochMs());
            bound(unreachableAgents.keySet());
        } else if (record.hasAgentRemoved()) {
            String id = record.getAgentRemoved().getAgentId().getValue();
            agents.remove(id);
            unreachableAgents.remove(id);
            removedAgents.add(id);
            bound(removedAgents);
        } else if (record.hasSnapshot()) {
            restore(record.getSnapshot());
        } else {
            applyToFramework(record);
        }
    }

    private void applyToFramework(RegistryRecord record) {
        if (record.hasFrameworkSubscribed()) {
            FrameworkInfo info = record.getFrameworkSubscribed().getFrameworkInfo();
            frameworks.put(info.getId().getValue(), new KnownFramework(info, OptionalLong.empty()));
        } else if (record.hasFrameworkDisconnected()) {
            long deadlineMs = record.getFrameworkDisconnected().getDeadlineEpochMs();
            frameworks.computeIfPresent(
                    record.getFrameworkDisconnected().getFrameworkId().getValue(),
                    (id, known) -> new KnownFramework(known.info(), OptionalLong.of(deadlineMs)));
        } else if (record.hasFrameworkRemoved()) {
            String id = record.getFrameworkRemoved().getFrameworkId().getValue();
            frameworks.remove(id);
            removedFrameworks.add(id);
            bound(removedFrameworks);
        } else {
            throw new RegistryException("registry record says nothing that this master knows: fields "
                    + record.getUnknownFields().asMap().keySet());
        }
    }

    private void restore(RegistryRecord.Snapshot snapshot) {
        agents.clear();
        unreachableAgents.clear();
        removedAgents.clear();
        frameworks.clear();
        removedFrameworks.clear();
        snapshot.getAgentsList().forEach(info -> agents.put(info.getId().getValue(), info));
        snapshot.getUnreachableAgentsList()
                .forEach(agent -> unreachableAgents.put(agent.getAgentId().getValue(), agent.getSinceEpochMs()));
        snapshot.getRemovedAgentsList().forEach(id -> removedAgents.add(id.getValue()));
        snapshot.getFrameworksList()
                .forEach(framework -> frameworks.put(
                        framework.getFrameworkInfo().getId().getValue(),
                        new KnownFramework(
                                framework.getFrameworkInfo(),
                                framework.hasDeadlineEpochMs()
                                        ? OptionalLong.of(framework.getDeadlineEpochMs())
                                        : OptionalLong.empty())));
        snapshot.getRemovedFrameworksList().forEach(id -> removedFrameworks.add(id.getValue()));
    }

    /** One record that leads an empty state to this one. */
    public RegistryRecord snapshot() {
        RegistryRecord.Snapshot.Builder snapshot =
                RegistryRecord.Snapshot.newBuilder().addAllAgents(agents.values());
        unreachableAgents.forEach((id, sinceMs) -> snapshot.addUnreachableAgentsBuilder()
                .setAgentId(AgentID.newBuilder().setValue(id))
                .setSinceEpochMs(sinceMs));
        removedAgents.forEach(
                id -> snapshot.addRemovedAgents(AgentID.newBuilder().setValue(id)));
        frameworks.values().forEach(known -> {
            var framework = snapshot.addFrameworksBuilder().setFrameworkInfo(known.info());
            known.deadlineMs().ifPresent(framework::setDeadlineEpochMs);
        });
        removedFrameworks.forEach(
                id -> snapshot.addRemovedFrameworks(FrameworkID.newBuilder().setValue(id)));
        return RegistryRecord.newBuilder()
                .setVersion(VERSION)
                .setSnapshot(snapshot)
                .build();
    }

    private static void bound(Set<String> ids) {
        Iterator<String> oldest = ids.iterator();
        while (ids.size() > MAX_IDS) {
            oldest.next();
            oldest.remove();
        }
    }
}
