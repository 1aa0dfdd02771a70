package io.gatun.master.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.http.EncodedMessage;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.master.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventHubTest {
    private final EventHub hub = new EventHub(10);
    private final RecordingSink sink = new RecordingSink();

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void shouldDropWhatTheSnapshotHasAndKeepWhatCameAfterIt() throws Exception {
        Subscriber subscriber = hub.subscribe();
        publish(3, "in the snapshot");
        publish(4, "in the snapshot, too");
        publish(5, "while it is rendered");
        quiesce();
        assertThat(sink.told).isEmpty();

        subscriber.begin(4, new EncodedMessage(event("snapshot")), sink);
        publish(4, "late, and in the snapshot");
        publish(6, "later");
        quiesce();

        assertThat(sink.told).containsExactly("snapshot", "while it is rendered", "later");
    }

    @Test
    void shouldTellNothingOfAStateThatHasEnded() throws Exception {
        Subscriber old = hub.subscribe();
        old.begin(1, new EncodedMessage(event("snapshot")), new RecordingSink());
        hub.publish(SampleCluster.snapshot(100, List.of()), List.of(event("of the old state")));
        hub.closeAll();
        Subscriber subscriber = hub.subscribe();
        subscriber.begin(1, new EncodedMessage(event("snapshot")), sink);
        publish(2, "of the new state");
        quiesce();
        assertThat(sink.told).containsExactly("snapshot", "of the new state");
    }

    @Test
    void shouldCloseASubscriberWhoseSnapshotTakesTooLong() {
        Subscriber subscriber = new Subscriber(100);
        subscriber.deliver(1, List.of(new EncodedMessage(event("x".repeat(60)))));
        subscriber.deliver(2, List.of(new EncodedMessage(event("y".repeat(60)))));
        subscriber.begin(0, new EncodedMessage(event("snapshot")), sink);
        assertThat(sink.closed).isTrue();
        subscriber.deliver(3, List.of(new EncodedMessage(event("z"))));
        assertThat(sink.told).containsExactly("snapshot");
    }

    @Test
    void shouldEncodeAnEventOnceForAllSubscribersOfAType() throws Exception {
        RecordingSink other = new RecordingSink();
        hub.subscribe().begin(1, new EncodedMessage(event("snapshot")), sink);
        hub.subscribe().begin(1, new EncodedMessage(event("snapshot")), other);
        publish(2, "one");
        quiesce();
        assertThat(sink.messages.getLast()).isSameAs(other.messages.getLast());
    }

    private void publish(long version, String name) {
        hub.publish(SampleCluster.snapshot(version, List.of()), List.of(event(name)));
    }

    /** Waits until the hub's thread has passed on what was published before. */
    private void quiesce() throws InterruptedException {
        RecordingSink marker = new RecordingSink();
        Subscriber last = hub.subscribe();
        last.begin(-1, new EncodedMessage(event("snapshot")), marker);
        publish(0, "end"); // Older than every snapshot but the marker's.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!marker.told.contains("end")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(5);
        }
        hub.unsubscribe(last);
    }

    /** Told apart by its name. */
    private static Event event(String name) {
        return Event.newBuilder()
                .setType(Event.Type.AGENT_REMOVED)
                .setAgentRemoved(Event.AgentRemoved.newBuilder()
                        .setAgentId(AgentID.newBuilder().setValue(name)))
                .build();
    }

    private static final class RecordingSink implements Subscriber.Sink {
        final List<String> told = Collections.synchronizedList(new ArrayList<>());
        final List<EncodedMessage> messages = Collections.synchronizedList(new ArrayList<>());
        volatile boolean closed;

        @Override
        public void open(EncodedMessage snapshot) {
            send(snapshot);
        }

        @Override
        public void send(EncodedMessage message) {
            messages.add(message);
            told.add(((Event) message.message()).getAgentRemoved().getAgentId().getValue());
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
