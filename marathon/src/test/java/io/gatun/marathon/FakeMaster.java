package io.gatun.marathon;

import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.http.HttpHost;
import io.gatun.mesos.http.Replies;
import io.gatun.mesos.http.StreamWriter;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A master that does what a test tells it: real HTTP and RecordIO, no mind of its own. It checks what every call must
 * carry and keeps them in order.
 */
final class FakeMaster implements AutoCloseable {
    static final String FRAMEWORK_ID = "fake-0000";
    private static final String STREAM_ID = "stream-1";
    private static final long WAIT_SECONDS = 60;

    private final Vertx vertx = HttpHost.vertx();
    private final HttpHost host;
    private final HttpHost follower;
    private final LinkedBlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final List<Call> passedOver = new ArrayList<>();
    private volatile StreamWriter stream;
    private volatile int acceptStatus = 202;

    FakeMaster() {
        Router router = HttpHost.router(vertx);
        router.route("/api/v1/scheduler").handler(this::handle);
        host = HttpHost.listen(vertx, "127.0.0.1", 0, router);
        Router redirects = HttpHost.router(vertx);
        redirects
                .route("/api/v1/scheduler")
                .handler(ctx -> ctx.response()
                        .setStatusCode(307)
                        .putHeader("Location", "//" + address() + "/api/v1/scheduler")
                        .end());
        follower = HttpHost.listen(vertx, "127.0.0.1", 0, redirects);
    }

    String address() {
        return "127.0.0.1:" + host.port();
    }

    /** Of one that does not lead and redirects all calls to this one. */
    String followerAddress() {
        return "127.0.0.1:" + follower.port();
    }

    private void handle(RoutingContext ctx) {
        Call.Builder builder = Call.newBuilder();
        if (Replies.bodyMessage(ctx, builder).isEmpty()) {
            return;
        }
        Call call = builder.build();
        if (call.getType() == Call.Type.SUBSCRIBE) {
            ctx.response().putHeader("Mesos-Stream-Id", STREAM_ID);
            stream = new StreamWriter(ctx, MediaType.PROTOBUF, 1 << 20);
        } else if (!STREAM_ID.equals(ctx.request().getHeader("Mesos-Stream-Id"))
                || !call.getFrameworkId().getValue().equals(FRAMEWORK_ID)) {
            Replies.error(ctx, 400, "a call must carry stream and framework id");
            return;
        } else {
            Replies.empty(ctx, call.getType() == Call.Type.ACCEPT ? acceptStatus : 202);
        }
        calls.add(call);
    }

    void answerAcceptWith(int status) {
        acceptStatus = status;
    }

    /** The next call of a type; those before it are kept aside. */
    Call await(Call.Type type) {
        return find(type, WAIT_SECONDS * 1000)
                .orElseThrow(() -> new AssertionError("no " + type + " came, only " + passedOver));
    }

    /** The next call of a type if it comes soon. */
    Optional<Call> find(Call.Type type, long withinMs) {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs);
        try {
            while (true) {
                Call call = calls.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (call == null || call.getType() == type) {
                    return Optional.ofNullable(call);
                }
                passedOver.add(call);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Waits for SUBSCRIBE and answers it. */
    FrameworkInfo subscribe() {
        Call call = await(Call.Type.SUBSCRIBE);
        send(Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(Event.Subscribed.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue(FRAMEWORK_ID))
                        .setHeartbeatIntervalSeconds(15)));
        return call.getSubscribe().getFrameworkInfo();
    }

    void send(Event.Builder event) {
        stream.send(event.build());
    }

    void offer(Offer offer) {
        send(Event.newBuilder()
                .setType(Event.Type.OFFERS)
                .setOffers(Event.Offers.newBuilder().addOffers(offer)));
    }

    void update(TaskStatus status) {
        send(Event.newBuilder()
                .setType(Event.Type.UPDATE)
                .setUpdate(Event.Update.newBuilder().setStatus(status)));
    }

    /** Tells that a task is in a state and waits for the acknowledgement of just that. */
    void updateAcknowledged(TaskInfo task, TaskState state) {
        TaskStatus status = Samples.status(task, state);
        update(status);
        Call.Acknowledge acknowledge = await(Call.Type.ACKNOWLEDGE).getAcknowledge();
        if (!acknowledge.getUuid().equals(status.getUuid())
                || !acknowledge.getTaskId().equals(status.getTaskId())
                || !acknowledge.getAgentId().equals(status.getAgentId())) {
            throw new AssertionError("acknowledged " + acknowledge + " instead of " + status);
        }
    }

    /** Offers until tasks are launched, and answers with them. */
    List<TaskInfo> launched(Offer offer) {
        offer(offer);
        return await(Call.Type.ACCEPT).getAccept().getOperations(0).getLaunch().getTaskInfosList();
    }

    void dropStream() {
        stream.close();
    }

    @Override
    public void close() {
        follower.close();
        host.close();
        vertx.close().await();
    }
}
