package io.gatun.master.state;

import io.gatun.master.allocator.DrfAllocator;
import io.gatun.master.allocator.DrfConfig;
import io.gatun.master.registry.RegistryRecord;
import io.gatun.master.registry.RegistryState;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.Filters;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.MasterInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Drives a {@link MasterState} without a thread, a clock or a socket, the way the runtime does. */
final class Harness {
    static final long REREGISTER_MS = 600_000;
    static final long PING_MS = 15_000;
    static final int MAX_MISSED = 5;
    static final long GC_MS = 900_000;
    static final long MAX_AGE_MS = 14 * 86_400_000L;
    static final int MAX_COUNT = 3;

    final RegistryState registry;
    final MasterState state;
    private final AgentRules rules;
    final List<Effect> effects = new ArrayList<>();
    long nowMs;
    private long streams;
    private long requests;

    Harness() {
        this(new RegistryState(), 1_000_000, Set.of(), OptionalLong.empty());
    }

    Harness(RegistryState registry, long nowMs, Set<String> roles, OptionalLong offerTimeoutMs) {
        this(registry, nowMs, roles, offerTimeoutMs, rules(Optional.empty()));
    }

    Harness(AgentRules rules) {
        this(new RegistryState(), 1_000_000, Set.of(), OptionalLong.empty(), rules);
    }

    /** Mesos' intervals, and limits of one half. */
    static AgentRules rules(Optional<AgentRules.Rate> rate) {
        return new AgentRules(PING_MS, MAX_MISSED, REREGISTER_MS, rate, 0.5, 0.5, GC_MS, MAX_AGE_MS, MAX_COUNT);
    }

    private Harness(
            RegistryState registry, long nowMs, Set<String> roles, OptionalLong offerTimeoutMs, AgentRules rules) {
        this.rules = rules;
        this.registry = registry;
        this.nowMs = nowMs;
        MasterInfo master = MasterInfo.newBuilder()
                .setId("m-" + nowMs)
                .setIp(16_777_343)
                .setPort(5050)
                .build();
        StateConfig config =
                new StateConfig(master, nowMs, nowMs, 1_000, rules, offerTimeoutMs, roles, Map.of(), 3, 3, 3);
        DrfConfig allocation =
                new DrfConfig(Map.of(), List.of(Resources.parse("cpus:0.01"), Resources.parse("mem:32")), 1_000, 7);
        state = new MasterState(config, new Ids(master.getId()), new DrfAllocator(allocation));
        keep(state.recover(registry.view(), nowMs));
    }

    /** A master that was killed and began anew on the same registry. */
    Harness restarted(long afterMs) {
        RegistryState copy = new RegistryState();
        copy.restore(registry.view().toByteArray());
        return new Harness(copy, nowMs + afterMs, Set.of(), OptionalLong.empty(), rules);
    }

    /** Applies a command and what follows from it at the same moment; returns all effects. */
    List<Effect> apply(Command command) {
        List<Effect> now = new ArrayList<>(state.apply(command, nowMs));
        if (state.allocationPending()) {
            now.addAll(state.apply(new Command.Allocate(), nowMs));
        }
        keep(now);
        return now;
    }

    /** Lets time pass, stopping at every deadline. */
    List<Effect> pass(long ms) {
        List<Effect> all = new ArrayList<>();
        long end = nowMs + ms;
        while (state.nextDeadlineMs() <= end) {
            nowMs = Math.max(nowMs, state.nextDeadlineMs());
            all.addAll(apply(new Command.Tick()));
        }
        nowMs = end;
        return all;
    }

    private void keep(List<Effect> now) {
        effects.addAll(now);
        for (Effect effect : now) {
            if (effect instanceof Effect.Persist(RegistryRecord record)) {
                registry.apply(record);
            }
        }
    }

    String stream() {
        return "stream-" + streams++;
    }

    static FrameworkInfo.Builder framework() {
        return FrameworkInfo.newBuilder().setUser("nobody").setName("test");
    }

    static FrameworkInfo.Capability capability(FrameworkInfo.Capability.Type type) {
        return FrameworkInfo.Capability.newBuilder().setType(type).build();
    }

    /** Returns the stream. */
    String subscribe(FrameworkInfo info) {
        String stream = stream();
        Call.Builder call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info));
        if (info.hasId()) {
            call.setFrameworkId(info.getId());
        }
        apply(new Command.SchedulerSubscribe(stream, Optional.empty(), call.build()));
        return stream;
    }

    FrameworkID frameworkId(String stream) {
        return events(stream).stream()
                .filter(event -> event.getType() == Event.Type.SUBSCRIBED)
                .findFirst()
                .orElseThrow()
                .getSubscribed()
                .getFrameworkId();
    }

    static AgentCall.Subscribe.Builder agent(String resources) {
        return AgentCall.Subscribe.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder()
                        .setHostname("host")
                        .addAllResources(Resources.parse(resources).toProtos()))
                .setVersion("1.11.0")
                .setPid("slave(1)@10.0.0.1:5051");
    }

    /** Returns the stream. */
    String register(AgentCall.Subscribe subscribe) {
        String stream = stream();
        apply(new Command.AgentSubscribe(
                stream,
                AgentCall.newBuilder()
                        .setType(AgentCall.Type.SUBSCRIBE)
                        .setSubscribe(subscribe)
                        .build()));
        return stream;
    }

    AgentID agentId(String stream) {
        return agentEvents(stream).stream()
                .filter(event -> event.getType() == AgentEvent.Type.SUBSCRIBED)
                .findFirst()
                .orElseThrow()
                .getSubscribed()
                .getAgentId();
    }

    /** Sends a call on a framework's stream; returns the reply. */
    Effect.Reply call(String stream, Call.Builder call) {
        long request = requests++;
        List<Effect> now = apply(new Command.SchedulerCall(
                request,
                Optional.of(stream),
                Optional.empty(),
                call.setFrameworkId(frameworkId(stream)).build()));
        return reply(now, request);
    }

    Effect.Reply agentCall(String stream, AgentCall.Builder call) {
        long request = requests++;
        return reply(apply(new Command.AgentMessage(request, Optional.of(stream), call.build())), request);
    }

    /** Sends an operator's call; returns the reply. */
    Effect.Reply operator(io.gatun.mesos.v1.master.Call.Builder call) {
        long request = requests++;
        return reply(apply(new Command.Operator(request, Optional.empty(), call.build())), request);
    }

    static Effect.Reply reply(List<Effect> effects, long request) {
        return effects.stream()
                .filter(Effect.Reply.class::isInstance)
                .map(Effect.Reply.class::cast)
                .filter(reply -> reply.requestId() == request)
                .findFirst()
                .orElseThrow();
    }

    void launch(String stream, Offer offer, TaskInfo... tasks) {
        call(stream, accept(List.of(offer), tasks));
    }

    static Call.Builder accept(List<Offer> offers, TaskInfo... tasks) {
        return Call.newBuilder()
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addAllOfferIds(offers.stream().map(Offer::getId).toList())
                        .setFilters(Filters.newBuilder().setRefuseSeconds(0))
                        .addOperations(Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.LAUNCH)
                                .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(List.of(tasks)))));
    }

    static TaskInfo task(AgentID agent, String id, String resources) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(agent)
                .setCommand(CommandInfo.newBuilder().setValue("true"))
                .addAllResources(Resources.parse(resources).toProtos())
                .build();
    }

    void update(String agentStream, FrameworkID framework, String task, TaskState state, String uuid) {
        agentCall(
                agentStream,
                AgentCall.newBuilder()
                        .setType(AgentCall.Type.UPDATE)
                        .setUpdate(AgentCall.Update.newBuilder()
                                .setFrameworkId(framework)
                                .setLatestState(state)
                                .setStatus(TaskStatus.newBuilder()
                                        .setTaskId(TaskID.newBuilder().setValue(task))
                                        .setState(state)
                                        .setUuid(com.google.protobuf.ByteString.copyFromUtf8(uuid)))));
    }

    /** All events that were ever sent to a scheduler's stream. */
    List<Event> events(String stream) {
        return effects.stream()
                .filter(Effect.SendScheduler.class::isInstance)
                .map(Effect.SendScheduler.class::cast)
                .filter(send -> send.streamId().equals(stream))
                .map(Effect.SendScheduler::event)
                .toList();
    }

    Event lastEvent(String stream, Event.Type type) {
        return events(stream).stream()
                .filter(event -> event.getType() == type)
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("no " + type + " in " + events(stream)));
    }

    TaskStatus lastUpdate(String stream) {
        return lastEvent(stream, Event.Type.UPDATE).getUpdate().getStatus();
    }

    Offer lastOffer(String stream) {
        return lastEvent(stream, Event.Type.OFFERS).getOffers().getOffersList().getLast();
    }

    List<AgentEvent> agentEvents(String stream) {
        return effects.stream()
                .filter(Effect.SendAgent.class::isInstance)
                .map(Effect.SendAgent.class::cast)
                .filter(send -> send.streamId().equals(stream))
                .map(Effect.SendAgent::event)
                .toList();
    }

    List<io.gatun.mesos.v1.master.Event.Type> operatorEvents() {
        return effects.stream()
                .filter(Effect.OperatorEvent.class::isInstance)
                .map(effect -> ((Effect.OperatorEvent) effect).event().getType())
                .toList();
    }

    MasterSnapshot snapshot() {
        return state.snapshot(0);
    }
}
