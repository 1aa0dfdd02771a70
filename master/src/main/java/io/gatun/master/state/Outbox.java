package io.gatun.master.state;

import io.gatun.master.registry.RegistryRecord;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.ArrayList;
import java.util.List;

/** Collects the effects of the command that is being applied. */
final class Outbox {
    private List<Effect> effects = new ArrayList<>();

    List<Effect> take() {
        List<Effect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }

    void persist(RegistryRecord record) {
        effects.add(new Effect.Persist(record));
    }

    void reply(long requestId, int status, String body) {
        effects.add(new Effect.Reply(requestId, status, body));
    }

    void log(String text) {
        effects.add(new Effect.Log(text));
    }

    void news(String text) {
        effects.add(new Effect.News(text));
    }

    void operator(io.gatun.mesos.v1.master.Event event) {
        effects.add(new Effect.OperatorEvent(event));
    }

    /** Nothing is sent to a framework that is not connected: it reconciles when it is back. */
    void scheduler(Framework framework, Event event) {
        framework.streamId.ifPresent(stream -> effects.add(new Effect.SendScheduler(stream, event)));
    }

    void update(Framework framework, TaskStatus status) {
        scheduler(
                framework,
                Event.newBuilder()
                        .setType(Event.Type.UPDATE)
                        .setUpdate(Event.Update.newBuilder().setStatus(status))
                        .build());
    }

    void schedulerStream(String streamId, Event event) {
        effects.add(new Effect.SendScheduler(streamId, event));
    }

    void closeScheduler(String streamId) {
        effects.add(new Effect.CloseScheduler(streamId));
    }

    void agent(Agent agent, AgentEvent event) {
        agent.streamId.ifPresent(stream -> effects.add(new Effect.SendAgent(stream, event)));
    }

    void agentStream(String streamId, AgentEvent event) {
        effects.add(new Effect.SendAgent(streamId, event));
    }

    void closeAgent(String streamId) {
        effects.add(new Effect.CloseAgent(streamId));
    }
}
