package io.gatun.marathon.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.marathon.Samples;
import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TimeInfo;
import io.gatun.mesos.v1.scheduler.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state machine by itself: a clock in the test's hand, calls as values. */
class CoreTest {
    private static final AppId WEB = new AppId("/web");
    private static final CoreConfig CONFIG =
            new CoreConfig("*", 100, 120_000, 100, 300_000, 600_000, 10_000, 20_000, 3, 100, "");

    private final Core core = new Core(Persisted.NOTHING, CONFIG, new Random(1), UUID::randomUUID);
    private long nowMs = 1_000_000;

    @BeforeEach
    void subscribe() {
        core.subscribed("F1", nowMs);
        calls();
    }

    private List<Call> calls() {
        core.converge(nowMs);
        return core.drain().calls();
    }

    private List<Call.Type> types() {
        return calls().stream().map(Call::getType).toList();
    }

    private Deployment deploy(String json, boolean force) {
        AppSpec spec = Samples.app(json);
        var version = core.nextVersion(nowMs);
        AppSpec stamped = core.app(spec.id())
                .map(before -> core.withServicePorts(spec).asUpdateOf(before, version))
                .orElseGet(() -> spec.asNew(version));
        return core.deploy(Map.of(spec.id(), Optional.of(stamped)), version, force);
    }

    private List<TaskInfo> offer() {
        core.offers(List.of(Samples.offer(8, 8_000, 31_000, 32_000)), nowMs);
        return calls().stream()
                .flatMap(call -> call.getAccept().getOperationsList().stream())
                .flatMap(operation -> operation.getLaunch().getTaskInfosList().stream())
                .toList();
    }

    private List<TaskInfo> running(String json) {
        deploy(json, false);
        calls();
        List<TaskInfo> tasks = offer();
        tasks.forEach(task -> tell(task, TaskState.TASK_RUNNING));
        calls();
        return tasks;
    }

    private void tell(TaskInfo task, TaskState state) {
        core.update(Samples.status(task, state), nowMs);
    }

    @Test
    void shouldAskForOffersOnceAndForNoneWhenAllIsLaunched() {
        deploy("{'id':'/web','cmd':'x','instances':2}", false);
        assertThat(types()).containsExactly(Call.Type.REVIVE);
        assertThat(types()).isEmpty();
        core.offers(List.of(Samples.offer(8, 8_000, 31_000, 32_000)), nowMs);
        assertThat(types()).containsExactly(Call.Type.ACCEPT, Call.Type.SUPPRESS);
    }

    @Test
    void shouldDeclineLongWhenNothingWaitsAndShortlyWhenTheOfferIsTooSmall() {
        core.offers(List.of(Samples.offer(1, 1, 1, 2)), nowMs);
        assertThat(calls().getFirst().getDecline().getFilters().getRefuseSeconds())
                .isEqualTo(120.0);
        deploy("{'id':'/web','cmd':'x','cpus':64}", false);
        core.offers(List.of(Samples.offer(1, 1, 1, 2)), nowMs);
        assertThat(calls().getFirst().getDecline().getFilters().getRefuseSeconds())
                .isEqualTo(5.0);
    }

    @Test
    void shouldStoreAnInstanceBeforeItsTaskIsAccepted() {
        deploy("{'id':'/web','cmd':'x'}", false);
        calls();
        core.offers(List.of(Samples.offer(8, 8_000, 31_000, 32_000)), nowMs);
        core.converge(nowMs);
        Outcome outcome = core.drain();
        String taskId = outcome.calls()
                .getFirst()
                .getAccept()
                .getOperations(0)
                .getLaunch()
                .getTaskInfos(0)
                .getTaskId()
                .getValue();
        assertThat(outcome.changes())
                .anySatisfy(change -> assertThat(change)
                        .isInstanceOfSatisfying(
                                Change.SaveInstance.class,
                                save -> assertThat(save.instance().taskId()).isEqualTo(taskId)));
    }

    @Test
    void shouldLockAnAppWhileItIsDeployed() {
        Deployment first = deploy("{'id':'/web','cmd':'x'}", false);
        core.drain();
        assertThatThrownBy(() -> deploy("{'id':'/web','cmd':'y'}", false))
                .isInstanceOfSatisfying(
                        AppLockedException.class,
                        locked -> assertThat(locked.deployments()).containsExactly(first.id()));
        assertThat(core.drain().changes())
                .as("a refused command changes nothing")
                .isEmpty();

        deploy("{'id':'/web','cmd':'y'}", true);
        assertThat(core.deployment(first.id())).isEmpty();
        assertThat(core.app(WEB).orElseThrow().program().cmd()).contains("y");
    }

    @Test
    void shouldReplaceAllInstancesWithoutFallingBelowTheMinimum() {
        List<TaskInfo> old = running("{'id':'/web','cmd':'x','instances':2}");
        Deployment upgrade = deploy("{'id':'/web','cmd':'y','instances':2}", false);
        calls();
        List<TaskInfo> fresh = offer();
        assertThat(fresh).hasSize(2);
        assertThat(types()).doesNotContain(Call.Type.KILL);
        tell(fresh.getFirst(), TaskState.TASK_RUNNING);
        assertThat(types()).containsExactly(Call.Type.ACKNOWLEDGE, Call.Type.KILL);
        tell(fresh.getLast(), TaskState.TASK_RUNNING);
        assertThat(types()).containsExactly(Call.Type.ACKNOWLEDGE, Call.Type.KILL);
        old.forEach(task -> tell(task, TaskState.TASK_KILLED));
        calls();
        assertThat(core.deployment(upgrade.id())).isEmpty();
        assertThat(core.instances(WEB)).hasSize(2);
    }

    @Test
    void shouldRollADeploymentBack() {
        running("{'id':'/web','cmd':'x'}");
        Deployment upgrade = deploy("{'id':'/web','cmd':'y'}", false);
        calls();
        core.rollBack(core.deployment(upgrade.id()).orElseThrow(), core.nextVersion(nowMs));
        assertThat(core.app(WEB).orElseThrow().program().cmd()).contains("x");
        assertThat(core.deployment(upgrade.id())).isEmpty();
    }

    @Test
    void shouldRollTheCreationOfAnAppBackByDeletingIt() {
        Deployment creation = deploy("{'id':'/web','cmd':'x'}", false);
        calls();
        offer();
        core.rollBack(creation, core.nextVersion(nowMs));
        assertThat(types()).contains(Call.Type.KILL);
        assertThat(core.app(WEB)).isEmpty();
    }

    @Test
    void shouldResendAKillThatIsNotAnswered() {
        running("{'id':'/web','cmd':'x'}");
        core.kill(core.instances(WEB));
        assertThat(types()).contains(Call.Type.KILL);
        nowMs += Core.KILL_RETRY_MS - 1;
        assertThat(types()).doesNotContain(Call.Type.KILL);
        nowMs += 1;
        assertThat(types()).contains(Call.Type.KILL);
    }

    @Test
    void shouldReplaceAnUnreachableInstanceAndKillItWhenItComesBackTooLate() {
        TaskInfo task = running("{'id':'/web','cmd':'x','unreachableStrategy':"
                        + "{'inactiveAfterSeconds':10,'expungeAfterSeconds':60}}")
                .getFirst();
        TaskStatus unreachable = Samples.status(task, TaskState.TASK_UNREACHABLE).toBuilder()
                .clearUuid()
                .setUnreachableTime(TimeInfo.newBuilder().setNanoseconds(nowMs * 1_000_000))
                .build();
        core.update(unreachable, nowMs);
        assertThat(types()).doesNotContain(Call.Type.REVIVE);
        assertThat(core.converge(nowMs)).isEqualTo(nowMs + 10_000);
        nowMs += 10_000;
        assertThat(types()).contains(Call.Type.REVIVE);
        assertThat(offer()).hasSize(1);
        nowMs += 50_000;
        calls();
        assertThat(core.instanceOfTask(task.getTaskId().getValue())).isEmpty();
        tell(task, TaskState.TASK_RUNNING);
        assertThat(types()).containsExactly(Call.Type.KILL, Call.Type.ACKNOWLEDGE);
    }

    @Test
    void shouldKeepAnUnreachableInstanceOfAPatientApp() {
        TaskInfo task = running("{'id':'/web','cmd':'x','unreachableStrategy':'disabled'}")
                .getFirst();
        tell(task, TaskState.TASK_UNREACHABLE);
        nowMs += 100_000_000;
        assertThat(types()).doesNotContain(Call.Type.REVIVE, Call.Type.KILL);
        assertThat(core.instances(WEB)).hasSize(1);
    }

    @Test
    void shouldKillATaskThatNeverRuns() {
        deploy("{'id':'/web','cmd':'x'}", false);
        calls();
        assertThat(offer()).hasSize(1);
        nowMs += CONFIG.launchTimeoutMs();
        assertThat(types()).contains(Call.Type.KILL, Call.Type.REVIVE);
    }

    @Test
    void shouldWaitForTheBackoffAndLaunchAtOnceAfterAReset() {
        TaskInfo task = running("{'id':'/web','cmd':'x','backoffSeconds':60}").getFirst();
        tell(task, TaskState.TASK_FAILED);
        nowMs += 59_000;
        assertThat(types()).doesNotContain(Call.Type.REVIVE);
        assertThat(core.snapshot().queue())
                .singleElement()
                .satisfies(entry -> assertThat(entry.count()).isEqualTo(1));
        core.resetDelay(WEB);
        assertThat(types()).contains(Call.Type.REVIVE);
    }

    @Test
    void shouldNotBackOffAfterAKill() {
        TaskInfo task = running("{'id':'/web','cmd':'x','backoffSeconds':60}").getFirst();
        core.kill(core.instances(WEB));
        calls();
        tell(task, TaskState.TASK_KILLED);
        nowMs += 100;
        calls();
        assertThat(offer()).hasSize(1);
    }

    @Test
    void shouldAskAgainUntilTheMasterHasAnsweredForEveryTask() {
        List<TaskInfo> tasks = running("{'id':'/web','cmd':'x','instances':2}");
        core.disconnected();
        core.subscribed("F1", nowMs);
        assertThat(reconciled()).containsExactly(2, 0);
        tell(tasks.getFirst(), TaskState.TASK_RUNNING);
        nowMs += Reconciler.REPEAT_MIN_MS;
        assertThat(reconciled()).containsExactly(1);
        nowMs += Reconciler.REPEAT_MIN_MS;
        assertThat(reconciled()).as("less often").isEmpty();
        nowMs += Reconciler.REPEAT_MIN_MS;
        assertThat(reconciled()).containsExactly(1);
        tell(tasks.getLast(), TaskState.TASK_GONE);
        nowMs += Reconciler.REPEAT_MAX_MS;
        assertThat(reconciled()).isEmpty();
    }

    private List<Integer> reconciled() {
        return calls().stream()
                .filter(call -> call.getType() == Call.Type.RECONCILE)
                .map(call -> call.getReconcile().getTasksCount())
                .toList();
    }

    @Test
    void shouldKeepOnlyTheNewestVersions() {
        List<String> versions = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            nowMs += 10;
            deploy("{'id':'/web','cmd':'x" + i + "'}", true);
            versions.add(core.app(WEB).orElseThrow().version().toString());
        }
        assertThat(core.versions(WEB).keySet().stream().map(Object::toString).toList())
                .isEqualTo(versions.subList(2, 5));
    }

    @Test
    void shouldContinueADeploymentFromWhatWasStored() {
        deploy("{'id':'/web','cmd':'x'}", false);
        calls();
        Snapshot before = core.snapshot();
        List<AppSpec> apps = List.copyOf(before.apps().values());
        Core next = new Core(
                new Persisted(Optional.of("F1"), apps, apps, List.of(), before.deployments(), List.of()),
                CONFIG,
                new Random(1),
                UUID::randomUUID);
        next.subscribed("F1", nowMs);
        next.converge(nowMs);
        assertThat(next.drain().calls()).extracting(Call::getType).contains(Call.Type.REVIVE);
        assertThat(next.snapshot().deployments()).isEqualTo(before.deployments());
    }
}
