package io.gatun.master.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.MasterContext.Reply;
import io.gatun.master.OperatorSink;
import io.gatun.master.allocator.DrfAllocator;
import io.gatun.master.allocator.DrfConfig;
import io.gatun.master.registry.RegistryLog;
import io.gatun.master.registry.RegistryRecord;
import io.gatun.master.registry.RegistryState;
import io.gatun.master.state.AgentRules;
import io.gatun.master.state.Command;
import io.gatun.master.state.Ids;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.master.state.MasterState;
import io.gatun.master.state.StateConfig;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.MasterInfo;
import io.gatun.mesos.v1.master.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a log whose commits the test makes. */
@Timeout(300)
class StateThreadTest {
    private record Entry(long number, RegistryRecord record, RegistryLog.Outcomes outcomes) {}

    private final BlockingQueue<Entry> log = new LinkedBlockingQueue<>();
    private final BlockingQueue<MasterSnapshot> published = new LinkedBlockingQueue<>();
    private final AtomicInteger streamsClosed = new AtomicInteger();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
    private final Streams streams = new Streams();
    private StateThread thread = thread(Duration.ofSeconds(30));
    private int agents;

    @AfterEach
    void end() {
        thread.close();
    }

    private StateThread thread(Duration storeTimeout) {
        OperatorSink operators = new OperatorSink() {
            @Override
            public void publish(MasterSnapshot after, List<Event> events) {
                published.add(after);
            }

            @Override
            public void closeAll() {
                streamsClosed.incrementAndGet();
            }
        };
        StateThread.Owner owner = new StateThread.Owner() {
            @Override
            public void ready(StateThread begun) {
                ready.complete(null);
            }

            @Override
            public void failed(Throwable cause) {
                failed.complete(cause);
            }
        };
        MasterState state =
                new MasterState(config(), new Ids("m"), new DrfAllocator(new DrfConfig(Map.of(), List.of(), 1_000, 1)));
        return new StateThread(
                state,
                new StateThread.Outlets(
                        (number, record, outcomes) -> log.add(new Entry(number, record, outcomes)),
                        storeTimeout,
                        streams,
                        operators,
                        ns -> {},
                        ns -> {}),
                new EpochClock(),
                owner);
    }

    private static StateConfig config() {
        long nowMs = System.currentTimeMillis();
        return new StateConfig(
                MasterInfo.newBuilder().setId("m").setIp(1).setPort(1).build(),
                nowMs,
                nowMs,
                1_000,
                new AgentRules(15_000, 5, 600_000, Optional.empty(), 0.5, 0.5, 900_000, 86_400_000, 1_000),
                OptionalLong.empty(),
                Set.of(),
                Map.of(),
                1,
                1,
                1);
    }

    private void begin() throws Exception {
        thread.start(new RegistryState().view());
        ready.get(60, TimeUnit.SECONDS);
    }

    @Test
    void shouldBeReadyAtOnceWhenThereIsNothingToWrite() throws Exception {
        begin();
        assertThat(thread.snapshot().agents()).isEmpty();
        assertThat(log).isEmpty();
    }

    @Test
    void shouldShowNothingThatIsNotCommitted() throws Exception {
        begin();
        register();
        Entry entry = entry();
        assertThat(entry.record().getChangesCount()).isPositive();
        Thread.sleep(50);
        assertThat(thread.snapshot().agents()).isEmpty();
        assertThat(published).isEmpty();
        commit(entry);
        assertThat(published.poll(60, TimeUnit.SECONDS).agents()).hasSize(1);
        assertThat(thread.snapshot().agents()).hasSize(1);
    }

    /** Nothing waits for a commit but what depends on it. */
    @Test
    void shouldGoOnWithTheNextBatchMeanwhileAndKeepTheOrder() throws Exception {
        begin();
        register();
        Entry first = entry();
        register();
        Entry second = entry();
        assertThat(second.number()).isGreaterThan(first.number());
        CompletableFuture<Reply> unknown = teardownOfNobody();
        Thread.sleep(50);
        assertThat(unknown).as("an answer may depend on what was not committed").isNotDone();
        commit(first);
        assertThat(published.poll(60, TimeUnit.SECONDS).agents()).hasSize(1);
        Thread.sleep(50);
        assertThat(unknown).isNotDone();
        commit(second);
        assertThat(published.poll(60, TimeUnit.SECONDS).agents()).hasSize(2);
        assertThat(unknown.get(60, TimeUnit.SECONDS).status()).isEqualTo(400);
    }

    @Test
    void shouldPutWhatWaitsIntoOneEntryWhenTheLogIsSlow() throws Exception {
        begin();
        int count = 2_000;
        for (int i = 0; i < count; i++) {
            register();
        }
        int entries = 0;
        while (thread.snapshot().agents().size() < count) {
            Entry entry = log.poll(10, TimeUnit.MILLISECONDS);
            if (entry != null) {
                commit(entry);
                entries++;
            }
            drain(published);
        }
        assertThat(entries).isLessThan(count / 4);
    }

    private static void drain(BlockingQueue<MasterSnapshot> queue) {
        MasterSnapshot last = queue.poll();
        for (MasterSnapshot next = queue.poll(); next != null; next = queue.poll()) {
            assertThat(next.version()).isGreaterThan(last.version());
            last = next;
        }
        if (last != null) {
            queue.add(last);
        }
    }

    @Test
    void shouldEndTheTermWhenNobodyKnowsWhatBecameOfAnEntry() throws Exception {
        begin();
        register();
        Entry first = entry();
        register();
        Entry second = entry();
        CompletableFuture<Reply> waiting = teardownOfNobody();
        first.outcomes().committed(first.number());
        second.outcomes().failed(second.number(), "the outcome is unknown");
        assertThat(failed.get(60, TimeUnit.SECONDS)).hasMessageContaining("the outcome is unknown");
        assertThat(published.poll(60, TimeUnit.SECONDS).agents())
                .as("what was committed is carried out")
                .hasSize(1);
        assertThat(waiting.get(60, TimeUnit.SECONDS).status()).isEqualTo(503);
        thread.close();
        assertThat(thread.submit(new Command.Tick())).isFalse();
        assertThat(thread.snapshot().agents()).hasSize(1);
        assertThat(published).isEmpty();
        assertThat(streamsClosed).hasValue(1);
    }

    @Test
    void shouldEndTheTermWhenTheLogDoesNotAnswer() throws Exception {
        thread = thread(Duration.ofMillis(200));
        begin();
        register();
        assertThat(failed.get(60, TimeUnit.SECONDS)).hasMessageContaining("took longer than");
    }

    @Test
    void shouldTellNobodyWhenItIsClosed() throws Exception {
        begin();
        register();
        CompletableFuture<Reply> waiting = teardownOfNobody();
        thread.close();
        assertThat(waiting.get(60, TimeUnit.SECONDS).status()).isEqualTo(503);
        assertThat(failed).isNotDone();
        assertThat(streamsClosed).hasValue(1);
    }

    private void register() {
        agents++;
        AgentCall.Subscribe.Builder subscribe = AgentCall.Subscribe.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder().setHostname("host-" + agents))
                .setVersion("1.11.0")
                .setPid("slave(1)@10.0.0.1:" + (5_000 + agents));
        Command command = new Command.AgentSubscribe(
                "stream-" + agents,
                AgentCall.newBuilder()
                        .setType(AgentCall.Type.SUBSCRIBE)
                        .setSubscribe(subscribe)
                        .build());
        assertThat(thread.submit(command)).isTrue();
    }

    private CompletableFuture<Reply> teardownOfNobody() {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        long request = streams.expect(reply);
        assertThat(thread.submit(new Command.TeardownFramework(
                        request, FrameworkID.newBuilder().setValue("nobody").build())))
                .isTrue();
        return reply;
    }

    private Entry entry() throws InterruptedException {
        Entry entry = log.poll(60, TimeUnit.SECONDS);
        assertThat(entry).as("an entry within 60 s").isNotNull();
        return entry;
    }

    private static void commit(Entry entry) {
        entry.outcomes().committed(entry.number());
    }
}
