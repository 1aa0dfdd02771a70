package io.gatun.master;

import com.google.protobuf.ByteString;
import io.gatun.mesos.client.CallClient;
import io.gatun.mesos.client.CallResult;
import io.gatun.mesos.client.EventStream;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Speaks the agent link as a test tells it to; answers pings by itself. */
final class FakeAgent implements AutoCloseable {
    static final String PATH = "/api/v1/agent_link";

    final Inbox<AgentEvent> inbox;
    private final URI endpoint;
    private final EventStream<AgentEvent> stream;
    private final CallClient client = new CallClient();
    private AgentID id;

    private FakeAgent(URI endpoint, AgentCall.Subscribe subscribe) {
        this.endpoint = endpoint;
        this.inbox = new Inbox<>() {
            @Override
            public void event(AgentEvent event) {
                if (event.getType() == AgentEvent.Type.PING) {
                    post(AgentCall.newBuilder().setType(AgentCall.Type.PONG));
                }
                super.event(event);
            }
        };
        AgentCall call = AgentCall.newBuilder()
                .setType(AgentCall.Type.SUBSCRIBE)
                .setSubscribe(subscribe)
                .build();
        this.stream = EventStream.open(endpoint, MediaType.PROTOBUF, call, AgentEvent.getDefaultInstance(), inbox);
    }

    /** Waits for SUBSCRIBED. */
    static FakeAgent subscribed(RunningMaster master, AgentCall.Subscribe subscribe) {
        return subscribed(master.uri(PATH), subscribe);
    }

    /** Waits for SUBSCRIBED. */
    static FakeAgent subscribed(URI endpoint, AgentCall.Subscribe subscribe) {
        FakeAgent agent = new FakeAgent(endpoint, subscribe);
        agent.id = agent.await(AgentEvent.Type.SUBSCRIBED).getSubscribed().getAgentId();
        return agent;
    }

    /** Does not wait. */
    static FakeAgent opened(RunningMaster master, AgentCall.Subscribe subscribe) {
        return new FakeAgent(master.uri(PATH), subscribe);
    }

    static AgentCall.Subscribe.Builder with(String resources) {
        return AgentCall.Subscribe.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder()
                        .setHostname("host1")
                        .addAllResources(Resources.parse(resources).toProtos()))
                .setVersion("1.11.0")
                .setPid("slave(1)@127.0.0.1:5051");
    }

    static AgentCall.Subscribe again(
            AgentCall.Subscribe.Builder subscribe, AgentID id, FrameworkInfo framework, List<Task> tasks) {
        subscribe.getAgentInfoBuilder().setId(id);
        subscribe.addFrameworks(framework);
        tasks.forEach(
                task -> subscribe.addTasks(AgentCall.KnownTask.newBuilder().setTask(task)));
        return subscribe.build();
    }

    AgentID id() {
        return id;
    }

    AgentEvent await(AgentEvent.Type type) {
        return inbox.await(event -> event.getType() == type);
    }

    CallResult post(AgentCall.Builder call) {
        return client.post(endpoint, MediaType.PROTOBUF, call.build(), Optional.of(inbox.streamId.join()))
                .join();
    }

    /** Reports a state; returns the uuid that the acknowledgement must bear. */
    ByteString update(FrameworkID framework, TaskID task, TaskState state, TaskState latest) {
        ByteString uuid = uuid();
        post(AgentCall.newBuilder()
                .setType(AgentCall.Type.UPDATE)
                .setUpdate(AgentCall.Update.newBuilder()
                        .setFrameworkId(framework)
                        .setStatus(TaskStatus.newBuilder()
                                .setTaskId(task)
                                .setState(state)
                                .setAgentId(id)
                                .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                                .setTimestamp(1.5)
                                .setUuid(uuid))
                        .setLatestState(latest)));
        return uuid;
    }

    private static ByteString uuid() {
        UUID uuid = UUID.randomUUID();
        return ByteString.copyFrom(ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .flip());
    }

    /** Breaks the connection, as a dying agent does. */
    void disconnect() {
        stream.close();
    }

    @Override
    public void close() {
        disconnect();
    }
}
