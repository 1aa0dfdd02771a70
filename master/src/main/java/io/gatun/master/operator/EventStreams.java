package io.gatun.master.operator;

import io.gatun.master.MasterContext;
import io.gatun.master.runtime.Asking;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.http.EncodedMessage;
import io.gatun.mesos.http.StreamWriter;
import io.gatun.mesos.v1.master.Event;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * SUBSCRIBE: SUBSCRIBED with the whole state, HEARTBEAT at once and then every 15 s (DEFAULT_HEARTBEAT_INTERVAL,
 * src/master/constants.hpp), and every change from that state on.
 */
final class EventStreams {
    static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(15);

    private static final Event HEARTBEAT =
            Event.newBuilder().setType(Event.Type.HEARTBEAT).build();

    /** What may wait for a slow reader besides its snapshot. */
    private static final int QUEUED_BYTES_MAX = 32 << 20;
    /** JSON of a message is hardly ever longer than this many times its protobuf. */
    private static final long JSON_GROWTH = 8;

    private static final double MILLIS_PER_SECOND = 1000;

    private final EventHub hub;
    private final MasterContext context;

    EventStreams(EventHub hub, MasterContext context) {
        this.hub = hub;
        this.context = context;
    }

    /** Answers {@code ctx} with a stream; on its event loop. What takes time for a large state happens elsewhere. */
    void open(RoutingContext ctx, MediaType type) {
        // First known to the hub, then looked at the state: an event that comes in between is in the snapshot, or kept
        // back, or both; by its version the subscriber tells which.
        Subscriber subscriber = hub.subscribe();
        Future<MasterSnapshot> state =
                Future.fromCompletionStage(context.confirmed(), ctx.vertx().getOrCreateContext());
        state.compose(snapshot -> ctx.vertx().executeBlocking(() -> Opening.of(snapshot), false))
                .compose(opening -> {
                    StreamWriter writer = writer(ctx, type, opening.subscribed(), subscriber);
                    return ctx.vertx().executeBlocking(() -> opening.begin(subscriber, writer), false);
                })
                .onFailure(failure -> {
                    hub.unsubscribe(subscriber);
                    subscriber.close();
                    if (state.failed()) {
                        Asking.leadsNoMore(ctx, failure);
                    } else {
                        ctx.fail(failure);
                    }
                });
    }

    private record Opening(long version, Event subscribed) {
        static Opening of(MasterSnapshot snapshot) {
            Event.Builder event = Event.newBuilder().setType(Event.Type.SUBSCRIBED);
            event.getSubscribedBuilder()
                    .setGetState(OperatorModel.state(snapshot))
                    .setHeartbeatIntervalSeconds(HEARTBEAT_INTERVAL.toMillis() / MILLIS_PER_SECOND);
            return new Opening(snapshot.version(), event.build());
        }

        Subscriber begin(Subscriber subscriber, StreamWriter writer) {
            subscriber.begin(version, new EncodedMessage(subscribed), new WriterSink(writer));
            return subscriber;
        }
    }

    private record WriterSink(StreamWriter writer) implements Subscriber.Sink {
        @Override
        public void open(EncodedMessage snapshot) {
            writer.send(snapshot);
            writer.heartbeat(HEARTBEAT, HEARTBEAT_INTERVAL);
        }

        @Override
        public void send(EncodedMessage message) {
            writer.send(message);
        }

        @Override
        public void close() {
            writer.close();
        }
    }

    /** Sends the head. A snapshot must pass however large it is: the bound is on what comes on top. */
    private StreamWriter writer(RoutingContext ctx, MediaType type, Event subscribed, Subscriber subscriber) {
        long snapshotBytes = subscribed.getSerializedSize() * JSON_GROWTH;
        StreamWriter writer =
                new StreamWriter(ctx, type, (int) Math.min(Integer.MAX_VALUE, QUEUED_BYTES_MAX + snapshotBytes));
        writer.onClose(() -> {
            hub.unsubscribe(subscriber);
            subscriber.close();
        });
        return writer;
    }
}
