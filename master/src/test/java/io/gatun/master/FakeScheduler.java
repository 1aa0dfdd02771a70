package io.gatun.master;

import io.gatun.mesos.client.CallClient;
import io.gatun.mesos.client.CallResult;
import io.gatun.mesos.client.EventStream;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.Filters;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.net.URI;
import java.util.Optional;

/** Speaks the v1 scheduler API as a test tells it to. */
final class FakeScheduler implements AutoCloseable {
    static final String PATH = "/api/v1/scheduler";

    final Inbox<Event> inbox = new Inbox<>();
    private final URI endpoint;
    private final MediaType type;
    private final EventStream<Event> stream;
    private final CallClient client = new CallClient();
    private FrameworkID id;

    private FakeScheduler(URI endpoint, MediaType type, FrameworkInfo info) {
        this.endpoint = endpoint;
        this.type = type;
        Call.Builder call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info));
        if (info.hasId()) {
            call.setFrameworkId(info.getId());
        }
        this.stream = EventStream.open(endpoint, type, call.build(), Event.getDefaultInstance(), inbox);
    }

    static FrameworkInfo.Builder info() {
        return FrameworkInfo.newBuilder().setUser("nobody").setName("test");
    }

    /** Waits for SUBSCRIBED. */
    static FakeScheduler subscribed(RunningMaster master, MediaType type, FrameworkInfo info) {
        return subscribed(master.uri(PATH), type, info);
    }

    /** Waits for SUBSCRIBED. */
    static FakeScheduler subscribed(URI endpoint, MediaType type, FrameworkInfo info) {
        FakeScheduler scheduler = new FakeScheduler(endpoint, type, info);
        scheduler.id = scheduler.await(Event.Type.SUBSCRIBED).getSubscribed().getFrameworkId();
        return scheduler;
    }

    FrameworkID id() {
        return id;
    }

    Event await(Event.Type type) {
        return inbox.await(event -> event.getType() == type);
    }

    Offer awaitOffer() {
        return await(Event.Type.OFFERS).getOffers().getOffers(0);
    }

    TaskStatus awaitUpdate() {
        return await(Event.Type.UPDATE).getUpdate().getStatus();
    }

    CallResult call(Call.Builder call) {
        return client.post(endpoint, type, call.setFrameworkId(id).build(), Optional.of(inbox.streamId.join()))
                .join();
    }

    CallResult launch(Offer offer, TaskInfo... tasks) {
        Offer.Operation.Launch.Builder launch = Offer.Operation.Launch.newBuilder();
        for (TaskInfo task : tasks) {
            launch.addTaskInfos(task);
        }
        return call(Call.newBuilder()
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addOfferIds(offer.getId())
                        .setFilters(Filters.newBuilder().setRefuseSeconds(0))
                        .addOperations(Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.LAUNCH)
                                .setLaunch(launch))));
    }

    static TaskInfo task(Offer offer, String taskId, String resources) {
        return TaskInfo.newBuilder()
                .setName(taskId)
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setAgentId(offer.getAgentId())
                .setCommand(CommandInfo.newBuilder().setValue("sleep 1"))
                .addAllResources(Resources.parse(resources).toProtos())
                .build();
    }

    CallResult acknowledge(TaskStatus status) {
        return call(Call.newBuilder()
                .setType(Call.Type.ACKNOWLEDGE)
                .setAcknowledge(Call.Acknowledge.newBuilder()
                        .setAgentId(status.getAgentId())
                        .setTaskId(status.getTaskId())
                        .setUuid(status.getUuid())));
    }

    @Override
    public void close() {
        stream.close();
    }
}
