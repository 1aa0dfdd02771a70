package io.gatun.master.state;

import static io.gatun.mesos.v1.master.Event.Type.AGENT_ADDED;
import static io.gatun.mesos.v1.master.Event.Type.FRAMEWORK_ADDED;
import static io.gatun.mesos.v1.master.Event.Type.FRAMEWORK_REMOVED;
import static io.gatun.mesos.v1.master.Event.Type.TASK_ADDED;
import static io.gatun.mesos.v1.master.Event.Type.TASK_UPDATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import io.gatun.mesos.v1.scheduler.OfferConstraints;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameworksTest {
    private final Harness master = new Harness();

    @Test
    void shouldSendSubscribedThenHeartbeatThenOneEachFifteenSeconds() {
        String stream = master.subscribe(Harness.framework().build());
        assertThat(master.events(stream).stream().map(Event::getType))
                .containsExactly(Event.Type.SUBSCRIBED, Event.Type.HEARTBEAT);
        Event.Subscribed subscribed = master.events(stream).getFirst().getSubscribed();
        assertThat(subscribed.getHeartbeatIntervalSeconds()).isEqualTo(15);
        assertThat(subscribed.getFrameworkId().getValue()).isEqualTo("m-1000000-0000");
        master.pass(14_999);
        assertThat(master.events(stream)).hasSize(2);
        master.pass(1);
        assertThat(master.events(stream)).hasSize(3);
        master.pass(45_000);
        assertThat(master.events(stream)).hasSize(6);
    }

    @Test
    void shouldRefuseOfferConstraintsInsteadOfIgnoringThem() {
        String stream = "constrained";
        Call call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder()
                        .setFrameworkInfo(Harness.framework())
                        .setOfferConstraints(OfferConstraints.newBuilder()
                                .putRoleConstraints(
                                        "*",
                                        OfferConstraints.RoleConstraints.newBuilder()
                                                .addGroups(OfferConstraints.RoleConstraints.Group.getDefaultInstance())
                                                .build())))
                .build();
        master.apply(new Command.SchedulerSubscribe(stream, Optional.empty(), call));
        assertThat(master.lastEvent(stream, Event.Type.ERROR).getError().getMessage())
                .contains("'offer_constraints' for role '*'");
        assertThat(master.snapshot().frameworks()).isEmpty();
    }

    @Test
    void shouldFailOverToANewStreamAndKeepUserAndCheckpoint() {
        String old = master.subscribe(Harness.framework().setFailoverTimeout(60).build());
        FrameworkID id = master.frameworkId(old);
        String fresh = master.subscribe(Harness.framework()
                .setId(id)
                .setUser("root")
                .setCheckpoint(true)
                .setName("renamed")
                .build());
        assertThat(master.lastEvent(old, Event.Type.ERROR).getError().getMessage())
                .isEqualTo("Framework failed over");
        assertThat(master.effects).contains(new Effect.CloseScheduler(old));
        assertThat(master.frameworkId(fresh)).isEqualTo(id);
        FrameworkInfo info = master.snapshot().frameworks().getFirst().info();
        assertThat(info.getUser()).isEqualTo("nobody");
        assertThat(info.getCheckpoint()).isFalse();
        assertThat(info.getName()).isEqualTo("renamed");
        // The end of the old stream comes late, and must not disconnect the new one.
        master.apply(new Command.SchedulerDisconnected(old));
        assertThat(master.snapshot().frameworks().getFirst().connected()).isTrue();
    }

    @Test
    void shouldRefuseAnotherPrincipal() {
        String old = master.subscribe(Harness.framework().setPrincipal("a").build());
        String other = master.subscribe(Harness.framework()
                .setId(master.frameworkId(old))
                .setPrincipal("b")
                .build());
        assertThat(master.lastEvent(other, Event.Type.ERROR).getError().getMessage())
                .startsWith("Changing framework's principal is not allowed");
        assertThat(master.snapshot().frameworks().getFirst().connected()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/a, neither start nor end with a slash",
        "a//b, two slashes in a row",
        "a/.., as a component",
        "-a, must not start with a dash",
        "a b, whitespace"
    })
    void shouldAnswerAnInvalidRoleWithErrorAndTheEndOfTheStream(String role, String rule) {
        String stream = master.subscribe(Harness.framework()
                .addRoles(role)
                .addCapabilities(Harness.capability(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .build());
        assertThat(master.events(stream))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.getError().getMessage()).contains(role).contains(rule));
        assertThat(master.effects).contains(new Effect.CloseScheduler(stream));
        assertThat(master.snapshot().frameworks()).isEmpty();
    }

    @Test
    void shouldRefuseRolesThatTheMasterDoesNotKnow() {
        Harness strict = new Harness(
                new io.gatun.master.registry.RegistryState(), 1_000_000, Set.of("eng"), OptionalLong.empty());
        String stream = strict.subscribe(Harness.framework()
                .addRoles("ops")
                .addCapabilities(Harness.capability(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .build());
        assertThat(strict.lastEvent(stream, Event.Type.ERROR).getError().getMessage())
                .isEqualTo("Role 'ops' is not present in the master's --roles");
    }

    @Test
    void shouldRemoveAFrameworkWithoutFailoverTimeoutAtOnce() {
        String stream = master.subscribe(Harness.framework().build());
        FrameworkID id = master.frameworkId(stream);
        master.apply(new Command.SchedulerDisconnected(stream));
        assertThat(master.snapshot().frameworks()).isEmpty();
        assertThat(master.snapshot().completedFrameworks()).hasSize(1);
        assertThat(master.operatorEvents()).containsExactly(FRAMEWORK_ADDED, FRAMEWORK_REMOVED);
        String late = master.subscribe(Harness.framework().setId(id).build());
        assertThat(master.lastEvent(late, Event.Type.ERROR).getError().getMessage())
                .isEqualTo("Framework has been removed");
    }

    @Test
    void shouldKeepADisconnectedFrameworkUntilItsFailoverTimeout() {
        String stream =
                master.subscribe(Harness.framework().setFailoverTimeout(60).build());
        master.apply(new Command.SchedulerDisconnected(stream));
        master.pass(59_999);
        assertThat(master.snapshot().frameworks()).hasSize(1);
        master.pass(1);
        assertThat(master.snapshot().frameworks()).isEmpty();
    }

    @Test
    void shouldKillTheTasksOfARemovedFramework() {
        String agent = master.register(Harness.agent("cpus:2;mem:128").build());
        String stream = master.subscribe(Harness.framework().build());
        master.launch(stream, master.lastOffer(stream), Harness.task(master.agentId(agent), "t", "cpus:1;mem:64"));
        master.call(stream, Call.newBuilder().setType(Call.Type.TEARDOWN));
        assertThat(master.agentEvents(agent).getLast().getShutdownFramework().getFrameworkId())
                .isEqualTo(master.frameworkId(stream));
        assertThat(master.effects).contains(new Effect.CloseScheduler(stream));
        assertThat(master.snapshot().completedFrameworks().getFirst().completedTasks())
                .singleElement()
                .satisfies(task -> assertThat(task.getState()).isEqualTo(TaskState.TASK_KILLED));
        assertThat(master.snapshot().agents().getFirst().used().isEmpty()).isTrue();
        assertThat(master.operatorEvents())
                .containsExactly(AGENT_ADDED, FRAMEWORK_ADDED, TASK_ADDED, TASK_UPDATED, FRAMEWORK_REMOVED);
    }

    /** MESOS-4659: there the deadline is forgotten when the master fails over. */
    @Test
    void shouldKeepTheFailoverDeadlineWhenTheMasterRestarts() {
        String stream =
                master.subscribe(Harness.framework().setFailoverTimeout(3600).build());
        master.apply(new Command.SchedulerDisconnected(stream));
        Harness next = master.restarted(1_000_000);
        assertThat(next.snapshot().frameworks()).singleElement().satisfies(framework -> {
            assertThat(framework.recovered()).isTrue();
            assertThat(framework.connected()).isFalse();
        });
        next.pass(3_600_000 - 1_000_000 - 1);
        assertThat(next.snapshot().frameworks()).hasSize(1);
        next.pass(1);
        assertThat(next.snapshot().frameworks()).isEmpty();
    }

    @Test
    void shouldGiveAFrameworkThatWasConnectedTimeToFindTheNextMaster() {
        FrameworkID id = master.frameworkId(master.subscribe(Harness.framework().build()));
        Harness next = master.restarted(5_000);
        next.pass(Harness.REREGISTER_MS - 1);
        String stream = next.subscribe(Harness.framework().setId(id).build());
        assertThat(next.frameworkId(stream)).isEqualTo(id);
        next.pass(10);
        assertThat(next.snapshot().frameworks())
                .singleElement()
                .satisfies(framework -> assertThat(framework.recovered()).isFalse());
    }

    @Test
    void shouldUpdateAFrameworkAndRefuseChangesOfImmutableFields() {
        String stream = master.subscribe(Harness.framework().build());
        FrameworkInfo info = master.snapshot().frameworks().getFirst().info();
        assertThat(master.call(
                                stream,
                                update(info.toBuilder().setWebuiUrl("http://x/").build()))
                        .status())
                .isEqualTo(200);
        assertThat(master.snapshot().frameworks().getFirst().info().getWebuiUrl())
                .isEqualTo("http://x/");
        Effect.Reply refused =
                master.call(stream, update(info.toBuilder().setUser("root").build()));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("FrameworkInfo.user");
    }

    @Test
    void shouldCheckCallsInMesosOrder() {
        String stream =
                master.subscribe(Harness.framework().setFailoverTimeout(60).build());
        FrameworkID id = master.frameworkId(stream);
        assertReply(FrameworkID.newBuilder().setValue("none").build(), Optional.of(stream), 400, "cannot be found");
        assertReply(id, Optional.empty(), 400, "should include the 'Mesos-Stream-Id' header");
        assertReply(id, Optional.of("other"), 400, "didn't match the stream ID");
        assertReply(id, Optional.of(stream), 202, "");
        master.apply(new Command.SchedulerDisconnected(stream));
        assertReply(id, Optional.of(stream), 403, "Framework is not subscribed");
    }

    private void assertReply(FrameworkID id, Optional<String> stream, int status, String text) {
        Call call =
                Call.newBuilder().setType(Call.Type.REVIVE).setFrameworkId(id).build();
        Effect.Reply reply =
                Harness.reply(master.apply(new Command.SchedulerCall(99, stream, Optional.empty(), call)), 99);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.body()).contains(text);
    }

    private static Call.Builder update(FrameworkInfo info) {
        return Call.newBuilder()
                .setType(Call.Type.UPDATE_FRAMEWORK)
                .setUpdateFramework(Call.UpdateFramework.newBuilder().setFrameworkInfo(info));
    }
}
