package io.gatun.bench.vip;

import io.gatun.bench.BenchException;
import io.gatun.mesos.client.CallClient;
import io.gatun.mesos.client.CallResult;
import io.gatun.mesos.client.EventStream;
import io.gatun.mesos.codec.MediaType;
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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A framework on the v1 scheduler API that notes when each event came. Its callers are one thread. */
final class BenchScheduler implements AutoCloseable {
    /** Also the DNS label of the framework. */
    static final String NAME = "bench";

    private static final long TIMEOUT_S = 10;

    /** A status update with {@link System#nanoTime} of its arrival. */
    record Update(TaskStatus status, long arrivedNs) {}

    private final URI endpoint;
    private final CallClient client = new CallClient();
    private final CompletableFuture<String> streamId = new CompletableFuture<>();
    private final CompletableFuture<FrameworkID> id = new CompletableFuture<>();
    private final BlockingQueue<Offer> offers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Update> updates = new LinkedBlockingQueue<>();
    private final EventStream<Event> stream;

    private BenchScheduler(URI endpoint) {
        this.endpoint = endpoint;
        Call subscribe = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder()
                        .setFrameworkInfo(FrameworkInfo.newBuilder()
                                .setUser(System.getProperty("user.name"))
                                .setName(NAME)))
                .build();
        this.stream =
                EventStream.open(endpoint, MediaType.PROTOBUF, subscribe, Event.getDefaultInstance(), new Listener());
    }

    /** Subscribes; returns when it has an id. */
    static BenchScheduler subscribed(URI endpoint) throws InterruptedException {
        BenchScheduler scheduler = new BenchScheduler(endpoint);
        try {
            scheduler.await(scheduler.id, "SUBSCRIBED");
            return scheduler;
        } catch (RuntimeException | InterruptedException e) {
            scheduler.close();
            throw e;
        }
    }

    private final class Listener implements EventStream.Listener<Event> {
        @Override
        public void connected(URI endpoint, String id) {
            streamId.complete(id);
        }

        @Override
        public void event(Event event) {
            long nowNs = System.nanoTime();
            switch (event.getType()) {
                case SUBSCRIBED -> id.complete(event.getSubscribed().getFrameworkId());
                case OFFERS -> offers.addAll(event.getOffers().getOffersList());
                case UPDATE -> update(new Update(event.getUpdate().getStatus(), nowNs));
                case ERROR -> closed(new BenchException(event.getError().getMessage()));
                default -> {} // a rescinded offer is refused when it is accepted, and the task then reported lost
            }
        }

        @Override
        public void closed(Throwable causeOrNull) {
            Throwable cause = causeOrNull != null ? causeOrNull : new BenchException("the stream was closed");
            streamId.completeExceptionally(cause);
            id.completeExceptionally(cause);
        }
    }

    /** The agent tells the next update of a task only when this one is acknowledged. */
    private void update(Update update) {
        TaskStatus status = update.status();
        if (status.hasUuid()) {
            var unused = send(Call.newBuilder()
                    .setType(Call.Type.ACKNOWLEDGE)
                    .setAcknowledge(Call.Acknowledge.newBuilder()
                            .setAgentId(status.getAgentId())
                            .setTaskId(status.getTaskId())
                            .setUuid(status.getUuid())));
        }
        updates.add(update);
    }

    /** The next offer. */
    Offer offer() throws InterruptedException {
        Offer offer = offers.poll(TIMEOUT_S, TimeUnit.SECONDS);
        if (offer == null) {
            throw new BenchException("no offer within " + TIMEOUT_S + " s");
        }
        return offer;
    }

    /** The next update. */
    Update update() throws InterruptedException {
        Update update = updates.poll(TIMEOUT_S, TimeUnit.SECONDS);
        if (update == null) {
            throw new BenchException("no status update within " + TIMEOUT_S + " s");
        }
        return update;
    }

    void launch(Offer offer, TaskInfo task) throws InterruptedException {
        call(Call.newBuilder()
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addOfferIds(offer.getId())
                        .addOperations(Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.LAUNCH)
                                .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(task)))));
    }

    void kill(TaskID task) throws InterruptedException {
        call(Call.newBuilder()
                .setType(Call.Type.KILL)
                .setKill(Call.Kill.newBuilder().setTaskId(task)));
    }

    private void call(Call.Builder call) throws InterruptedException {
        CallResult result = await(send(call), call.getType().toString());
        if (!result.ok()) {
            throw new BenchException(call.getType() + ": status " + result.status() + ": " + result.text());
        }
    }

    private CompletableFuture<CallResult> send(Call.Builder call) {
        Call complete = call.setFrameworkId(id.join()).build();
        return client.post(endpoint, MediaType.PROTOBUF, complete, Optional.ofNullable(streamId.join()));
    }

    private <T> T await(CompletableFuture<T> future, String what) throws InterruptedException {
        try {
            return future.get(TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new BenchException(what + ": " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new BenchException(what + ": not within " + TIMEOUT_S + " s", e);
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
