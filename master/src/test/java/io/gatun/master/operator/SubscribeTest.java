package io.gatun.master.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.client.EventStream;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.master.Call;
import io.gatun.mesos.v1.master.Event;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.master.Protos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The event stream over a real server. */
class SubscribeTest {
    private static final int MAX_SUBSCRIBERS = 3;

    private final List<Reader> readers = new ArrayList<>();
    private EventHub hub;
    private TestMaster master;

    @BeforeEach
    void start() {
        hub = new EventHub(MAX_SUBSCRIBERS);
        master = new TestMaster(List.of((router, context) ->
                new OperatorRoutes(hub, new Metrics(context, Clock.systemUTC(), List.of(hub))).mount(router, context)));
    }

    @AfterEach
    void stop() {
        readers.forEach(Reader::close);
        hub.close();
        master.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = MediaType.class,
            names = {"JSON", "PROTOBUF"})
    void shouldStartWithTheStateAndAHeartbeatAndGoOnWithEvents(MediaType type) throws Exception {
        Reader reader = new Reader(type);
        Event subscribed = reader.next();
        assertThat(subscribed.getType()).isEqualTo(Event.Type.SUBSCRIBED);
        assertThat(subscribed.getSubscribed().getHeartbeatIntervalSeconds()).isEqualTo(15);
        // As text, because JSON spells defaults out.
        assertThat(MesosJson.print(subscribed.getSubscribed().getGetState()))
                .isEqualTo(MesosJson.print(OperatorModel.state(SampleCluster.snapshot())));
        assertThat(Protos.Event.parseFrom(subscribed.toByteArray())
                        .getSubscribed()
                        .getGetState()
                        .getGetTasks()
                        .getTasksCount())
                .isEqualTo(2);
        assertThat(reader.next().getType()).isEqualTo(Event.Type.HEARTBEAT);

        publish(8, added("new"));
        assertThat(reader.next()).isEqualTo(added("new"));
    }

    @Test
    void shouldNeitherLoseNorRepeatAnEventWhileSubscribersComeAndTheStateChanges() throws Exception {
        int tasks = 600;
        CountDownLatch half = new CountDownLatch(1);
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 1; i <= tasks; i++) {
                publishTasks(i);
                if (i == tasks / 4) {
                    half.countDown();
                }
            }
        });
        half.await();
        List<Reader> late = List.of(new Reader(MediaType.JSON), new Reader(MediaType.PROTOBUF));
        writer.join();

        for (Reader reader : late) {
            // Every task that was ever added is either in the snapshot or was added once, in order.
            List<String> seen = new ArrayList<>();
            while (seen.size() < tasks) {
                Event event = reader.next();
                switch (event.getType()) {
                    case SUBSCRIBED ->
                        event.getSubscribed()
                                .getGetState()
                                .getGetTasks()
                                .getTasksList()
                                .forEach(task -> seen.add(task.getTaskId().getValue()));
                    case TASK_ADDED ->
                        seen.add(event.getTaskAdded().getTask().getTaskId().getValue());
                    case HEARTBEAT -> {}
                    default -> throw new AssertionError(event);
                }
            }
            List<String> expected = new ArrayList<>();
            for (int i = 1; i <= tasks; i++) {
                expected.add("t" + i);
            }
            assertThat(seen).isEqualTo(expected);
        }
    }

    @Test
    void shouldCloseTheOldestStreamBeyondTheLimit() throws Exception {
        Reader oldest = new Reader(MediaType.JSON);
        oldest.expectOpen();
        for (int i = 1; i < MAX_SUBSCRIBERS; i++) {
            new Reader(MediaType.JSON).expectOpen();
        }
        assertThat(subscribers()).isEqualTo(MAX_SUBSCRIBERS);
        assertThat(oldest.closed.getCount()).isEqualTo(1);

        Reader newest = new Reader(MediaType.JSON);
        newest.expectOpen();
        assertThat(oldest.closed.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(newest.closed.getCount()).isEqualTo(1);
        assertThat(subscribers()).isEqualTo(MAX_SUBSCRIBERS);
    }

    @Test
    void shouldForgetAReaderThatGoesAway() throws Exception {
        Reader reader = new Reader(MediaType.JSON);
        reader.expectOpen();
        assertThat(subscribers()).isEqualTo(1);
        reader.close();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (subscribers() > 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    @Test
    void shouldCloseAllStreamsWhenTheMasterIsDeposed() throws Exception {
        Reader reader = new Reader(MediaType.PROTOBUF);
        reader.expectOpen();
        hub.closeAll();
        assertThat(reader.closed.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private int subscribers() {
        Map<String, Double> metrics = new TreeMap<>();
        hub.collect((name, value) -> metrics.put(name, value));
        return metrics.get("master/operator_event_stream_subscribers").intValue();
    }

    private void publish(long version, Event event) {
        MasterSnapshot after = SampleCluster.snapshot(version, List.of());
        master.publish(after);
        hub.publish(after, List.of(event));
    }

    /** Task number {@code count} is added to those before it. */
    private void publishTasks(int count) {
        List<Task> running = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            running.add(task("t" + i));
        }
        MasterSnapshot after = SampleCluster.snapshot(count, running);
        master.publish(after);
        hub.publish(after, List.of(added("t" + count)));
    }

    private static Event added(String id) {
        return Event.newBuilder()
                .setType(Event.Type.TASK_ADDED)
                .setTaskAdded(Event.TaskAdded.newBuilder().setTask(task(id)))
                .build();
    }

    private static Task task(String id) {
        return Task.newBuilder()
                .setName("n")
                .setState(TaskState.TASK_RUNNING)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setFrameworkId(FrameworkID.newBuilder().setValue("f"))
                .setAgentId(AgentID.newBuilder().setValue("a"))
                .build();
    }

    private final class Reader implements EventStream.Listener<Event>, AutoCloseable {
        final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        final CountDownLatch closed = new CountDownLatch(1);
        private final EventStream<Event> stream;

        Reader(MediaType type) {
            Call call = Call.newBuilder().setType(Call.Type.SUBSCRIBE).build();
            stream = EventStream.open(master.uri("/api/v1"), type, call, Event.getDefaultInstance(), this);
            readers.add(this);
        }

        @Override
        public void connected(URI endpoint, String streamId) {
            // The events tell.
        }

        @Override
        public void event(Event event) {
            events.add(event);
        }

        @Override
        public void closed(Throwable cause) {
            closed.countDown();
        }

        Event next() throws InterruptedException {
            Event event = events.poll(60, TimeUnit.SECONDS);
            assertThat(event).as("an event within 60 s").isNotNull();
            return event;
        }

        void expectOpen() throws InterruptedException {
            assertThat(next().getType()).isEqualTo(Event.Type.SUBSCRIBED);
            assertThat(next().getType()).isEqualTo(Event.Type.HEARTBEAT);
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
