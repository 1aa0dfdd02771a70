package io.gatun.master.state;

import io.gatun.master.allocator.Capabilities;
import io.gatun.master.registry.DrainRecord;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A registered agent, connected or not. */
final class Agent {
    /** Tasks are named by their framework, whose ids are unique, and their own id, which is not. */
    record TaskKey(String frameworkId, String taskId) {}

    final String id;
    final double registeredTime;
    AgentInfo info;
    String pid;
    String version;
    List<AgentInfo.Capability> capabilities = List.of();
    Optional<String> streamId = Optional.empty();
    OptionalDouble reregisteredTime = OptionalDouble.empty();
    Resources total = Resources.NONE;
    Resources used = Resources.NONE;
    final Map<TaskKey, LiveTask> tasks = new LinkedHashMap<>();
    final Map<String, OutstandingOffer> offers = new LinkedHashMap<>();
    boolean pongOutstanding;
    int missedPongs;
    /** Silent, and not given up because too many are. */
    boolean heldBack;
    /** By an operator. */
    boolean deactivated;
    /** Whether it keeps what operations make of its resources, and so volumes: agents before registry format 4 do not. */
    boolean checkpoints;

    /** Whether it keeps volumes on disks with a source there, and not in its work directory. */
    boolean diskSources;

    private AgentView view;

    Agent(String id, double registeredTime) {
        this.id = id;
        this.registeredTime = registeredTime;
    }

    /** For the log. */
    String title() {
        return "Agent " + id + " at " + pid;
    }

    boolean connected() {
        return streamId.isPresent();
    }

    /** Whether its resources may be offered. */
    boolean active() {
        return connected() && !heldBack && !deactivated;
    }

    /** Why these volumes cannot be made here; empty when they can. */
    Optional<String> without(List<Resource> volumes) {
        if (!checkpoints) {
            return Optional.of("Agent " + id + " of version " + version + " keeps no persistent volumes");
        }
        return diskSources
                        || volumes.stream().noneMatch(volume -> volume.getDisk().hasSource())
                ? Optional.empty()
                : Optional.of("Agent " + id + " of version " + version
                        + " keeps no persistent volumes on disks with a 'disk.source'");
    }

    /** Why no volumes can be resized here; empty when they can. An agent of before would take one for another volume. */
    Optional<String> withoutResizing() {
        return checkpoints && Capabilities.has(capabilities, AgentInfo.Capability.Type.RESIZE_VOLUME)
                ? Optional.empty()
                : Optional.of("Agent " + id + " of version " + version
                        + " cannot resize volumes: it has no capability RESIZE_VOLUME");
    }

    Resources offered() {
        return offers.values().stream().map(OutstandingOffer::resources).reduce(Resources.NONE, Resources::plus);
    }

    /** Forgets the published view: to be called after each change. */
    void touch() {
        view = null;
    }

    /** @param drain what an operator has said, null for nothing */
    AgentView view(DrainRecord drain) {
        if (view == null) {
            view = new AgentView(
                    info,
                    pid,
                    version,
                    capabilities,
                    active(),
                    connected(),
                    deactivated,
                    Optional.ofNullable(drain).map(DrainRecord::getInfo),
                    drain == null ? OptionalDouble.empty() : OptionalDouble.of(drain.getSinceEpochMs() / 1000.0),
                    registeredTime,
                    reregisteredTime,
                    total,
                    used,
                    offered());
        }
        return view;
    }
}
