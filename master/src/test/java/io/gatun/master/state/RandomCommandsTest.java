package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.Value;
import io.gatun.mesos.v1.master.Call;
import io.gatun.mesos.v1.quota.QuotaConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories; after each step everything must add up, and the same history must lead to the same state. */
class RandomCommandsTest {
    private static final int STEPS = 600;
    private static final TaskState[] REPORTS = {
        TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED, TaskState.TASK_FAILED
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void shouldKeepItsInvariantsAndBeDeterministic(long seed) {
        History history = new History(seed);
        MasterSnapshot first = history.run();
        MasterSnapshot second = new History(seed).run();
        assertThat(second).isEqualTo(first);
        assertThat(history.ends)
                .as("a history in which nothing ends proves little")
                .isPositive();
    }

    private static final class History {
        private final Random random;
        private Harness master = new Harness();
        private final List<String> schedulers = new ArrayList<>();
        /** The newest stream of each agent, and its id. */
        private final List<String> agents = new ArrayList<>();

        private final List<AgentID> agentIds = new ArrayList<>();
        /** What agents know to have ended, whatever the master of the moment has heard. */
        private final Set<String> ended = new HashSet<>();

        private int tasks;
        /** Tasks that finished or failed under any of the masters. */
        private long ends;

        History(long seed) {
            random = new Random(seed);
        }

        MasterSnapshot run() {
            for (int step = 0; step < STEPS; step++) {
                step();
                check();
            }
            countEnds();
            return master.snapshot();
        }

        private void step() {
            switch (random.nextInt(16)) {
                case 0 -> subscribe();
                case 1 -> registerAgent();
                case 2, 3, 4, 5 -> accept();
                case 6, 7, 8 -> report();
                case 9 -> acknowledge();
                case 10 -> dropScheduler();
                case 11 -> dropAgent();
                case 12 -> returnAgent();
                case 13 -> failOver();
                case 14 -> operate();
                default -> master.pass(random.nextInt(20_000));
            }
        }

        private void subscribe() {
            if (master.snapshot().frameworks().size() < 4) {
                FrameworkInfo.Builder info = Harness.framework().setFailoverTimeout(random.nextInt(100));
                if (random.nextBoolean()) {
                    info.addCapabilities(Harness.capability(FrameworkInfo.Capability.Type.PARTITION_AWARE));
                }
                schedulers.add(master.subscribe(info.build()));
            } else {
                FrameworkView known = pick(master.snapshot().frameworks());
                if (known != null) {
                    schedulers.add(master.subscribe(known.info()));
                }
            }
        }

        private void registerAgent() {
            if (agents.size() < 9) {
                agents.add(master.register(Harness.agent("cpus:4;mem:1024;ports:[1-10]")
                        .setPid("slave(1)@10.0.0." + agents.size() + ":5051")
                        .build()));
                agentIds.add(master.agentId(agents.getLast()));
            }
        }

        private void accept() {
            FrameworkView framework = pick(master.snapshot().frameworks());
            Offer offer = framework == null ? null : pick(framework.offers());
            String stream = framework == null ? null : streamOf(framework.info().getId());
            if (offer == null || stream == null) {
                return;
            }
            if (random.nextInt(4) == 0) {
                master.call(
                        stream,
                        io.gatun.mesos.v1.scheduler.Call.newBuilder()
                                .setType(io.gatun.mesos.v1.scheduler.Call.Type.DECLINE)
                                .setDecline(io.gatun.mesos.v1.scheduler.Call.Decline.newBuilder()
                                        .addOfferIds(offer.getId())));
            } else {
                // Sometimes more than there is, and sometimes an id that is in use.
                String id = "t" + (random.nextInt(8) == 0 ? 0 : tasks++);
                int port = 1 + random.nextInt(12);
                String resources = "cpus:" + (0.5 * random.nextInt(12)) + ";mem:64;ports:[" + port + "-" + port + "]";
                master.launch(stream, offer, Harness.task(offer.getAgentId(), id, resources));
            }
        }

        private void report() {
            String agent = pick(agents);
            AgentView view = agent == null ? null : viewOf(agent);
            if (view == null) {
                return;
            }
            List<Task> there = tasksOn(view);
            Task task = pick(there);
            if (task != null) {
                TaskState state = REPORTS[random.nextInt(REPORTS.length)];
                if (TaskStates.terminal(state)) {
                    ended.add(key(task));
                }
                master.update(
                        agent,
                        task.getFrameworkId(),
                        task.getTaskId().getValue(),
                        state,
                        "uuid-" + random.nextInt(100_000));
            }
        }

        private void acknowledge() {
            FrameworkView framework = pick(master.snapshot().frameworks());
            Task task = framework == null ? null : pick(framework.tasks());
            String stream = framework == null ? null : streamOf(framework.info().getId());
            if (task != null && stream != null) {
                master.call(
                        stream,
                        io.gatun.mesos.v1.scheduler.Call.newBuilder()
                                .setType(io.gatun.mesos.v1.scheduler.Call.Type.ACKNOWLEDGE)
                                .setAcknowledge(io.gatun.mesos.v1.scheduler.Call.Acknowledge.newBuilder()
                                        .setAgentId(task.getAgentId())
                                        .setTaskId(task.getTaskId())
                                        .setUuid(task.getStatusUpdateUuid())));
            }
        }

        private void dropScheduler() {
            if (random.nextInt(3) == 0 && !schedulers.isEmpty()) {
                master.apply(new Command.SchedulerDisconnected(schedulers.remove(random.nextInt(schedulers.size()))));
            }
        }

        private void dropAgent() {
            String agent = pick(agents);
            if (agent != null && random.nextInt(3) == 0) {
                master.apply(new Command.AgentDisconnected(agent));
            }
        }

        /** An agent comes back under its id, without some of its tasks. */
        private void returnAgent() {
            int index = agents.isEmpty() ? -1 : random.nextInt(agents.size());
            if (index < 0) {
                return;
            }
            AgentCall.Subscribe.Builder subscribe =
                    Harness.agent("cpus:4;mem:1024;ports:[1-10]").setPid("slave(1)@10.0.0." + index + ":5051");
            subscribe.getAgentInfoBuilder().setId(agentIds.get(index));
            for (FrameworkView framework : master.snapshot().frameworks()) {
                subscribe.addFrameworks(framework.info());
                List<Task> candidates = new ArrayList<>(framework.tasks());
                candidates.addAll(framework.unreachableTasks());
                for (Task task : candidates) {
                    if (task.getAgentId().equals(subscribe.getAgentInfo().getId()) && random.nextInt(4) != 0) {
                        subscribe.addTasks(AgentCall.KnownTask.newBuilder()
                                .setTask(task.toBuilder()
                                        .setState(
                                                ended.contains(key(task))
                                                        ? TaskState.TASK_FINISHED
                                                        : TaskState.TASK_RUNNING)));
                    }
                }
            }
            agents.set(index, master.register(subscribe.build()));
        }

        /** An operator says something, sometimes nonsense. */
        private void operate() {
            Call.Builder call = Call.newBuilder();
            AgentID id =
                    agentIds.isEmpty() ? AgentID.newBuilder().setValue("none").build() : pick(agentIds);
            switch (random.nextInt(16)) {
                case 0 ->
                    call.setType(Call.Type.MARK_AGENT_GONE)
                            .getMarkAgentGoneBuilder()
                            .setAgentId(id);
                case 1, 2 ->
                    call.setType(Call.Type.DRAIN_AGENT)
                            .getDrainAgentBuilder()
                            .setAgentId(id)
                            .setMarkGone(random.nextInt(4) == 0);
                case 3, 4 ->
                    call.setType(Call.Type.DEACTIVATE_AGENT)
                            .getDeactivateAgentBuilder()
                            .setAgentId(id);
                case 5, 6, 7, 8 ->
                    call.setType(Call.Type.REACTIVATE_AGENT)
                            .getReactivateAgentBuilder()
                            .setAgentId(id);
                case 9 ->
                    call.setType(Call.Type.UPDATE_WEIGHTS)
                            .getUpdateWeightsBuilder()
                            .addWeightInfosBuilder()
                            .setRole("*")
                            .setWeight(random.nextInt(4));
                case 10, 11 ->
                    call.setType(Call.Type.UPDATE_QUOTA)
                            .getUpdateQuotaBuilder()
                            .setForce(random.nextBoolean())
                            .addQuotaConfigs(quota());
                case 12, 13 ->
                    call.setType(Call.Type.RESERVE_RESOURCES)
                            .getReserveResourcesBuilder()
                            .setAgentId(id)
                            .addResources(reserved());
                default ->
                    call.setType(Call.Type.UNRESERVE_RESOURCES)
                            .getUnreserveResourcesBuilder()
                            .setAgentId(id)
                            .addResources(reserved());
            }
            master.operator(call);
        }

        private QuotaConfig quota() {
            QuotaConfig.Builder config = QuotaConfig.newBuilder().setRole(random.nextBoolean() ? "*" : "web");
            if (random.nextBoolean()) {
                config.putGuarantees("cpus", cpus(random.nextInt(6)));
            }
            if (random.nextBoolean()) {
                config.putLimits("cpus", cpus(6 + random.nextInt(30)));
            }
            return config.build();
        }

        private Resource reserved() {
            return Resource.newBuilder()
                    .setName("cpus")
                    .setType(Value.Type.SCALAR)
                    .setScalar(cpus(1 + random.nextInt(2)))
                    .addReservations(Resource.ReservationInfo.newBuilder()
                            .setType(Resource.ReservationInfo.Type.DYNAMIC)
                            .setRole("web"))
                    .build();
        }

        private static Value.Scalar cpus(double cpus) {
            return Value.Scalar.newBuilder().setValue(cpus).build();
        }

        private void countEnds() {
            Counters counters = master.snapshot().counters();
            ends += counters.value(Counter.TASKS_FINISHED) + counters.value(Counter.TASKS_FAILED);
        }

        /** The next master knows what this one knew, but for who is connected and what has ended for all. */
        private void failOver() {
            if (random.nextInt(6) != 0) {
                return;
            }
            List<String> before = taskKeys();
            countEnds();
            ClusterPolicy policy = master.snapshot().policy();
            master = master.restarted(random.nextInt(5_000));
            assertThat(master.snapshot().policy()).isEqualTo(policy);
            schedulers.clear();
            assertThat(taskKeys()).containsExactlyInAnyOrderElementsOf(before);
            assertThat(master.snapshot().agents()).isEmpty();
        }

        private static String key(Task task) {
            return task.getFrameworkId().getValue() + "/" + task.getTaskId().getValue();
        }

        /** Tasks that are live, expected or unreachable. */
        private List<String> taskKeys() {
            List<String> keys = new ArrayList<>();
            for (FrameworkView framework : master.snapshot().frameworks()) {
                Stream.concat(framework.tasks().stream(), framework.unreachableTasks().stream())
                        .map(History::key)
                        .forEach(keys::add);
            }
            return keys;
        }

        private void check() {
            MasterSnapshot snapshot = master.snapshot();
            for (AgentView agent : snapshot.agents()) {
                String id = agent.info().getId().getValue();
                assertThat(agent.deactivated())
                        .isEqualTo(master.registry.view().deactivatedAgents().containsKey(id));
                assertThat(agent.drainInfo().isPresent())
                        .isEqualTo(master.registry.view().drainingAgents().containsKey(id));
                assertThat(master.registry.view().goneAgents()).doesNotContainKey(id);
            }
            assertThat(master.registry.view().tasks().keySet()).containsExactlyInAnyOrderElementsOf(taskKeys());
            Set<String> ids = new HashSet<>();
            for (FrameworkView framework : snapshot.frameworks()) {
                List<Task> all = new ArrayList<>(framework.tasks());
                all.addAll(framework.unreachableTasks());
                for (Task task : all) {
                    assertThat(ids.add(framework.info().getId().getValue() + "/"
                                    + task.getTaskId().getValue()))
                            .as("task %s is in one place", task.getTaskId().getValue())
                            .isTrue();
                }
            }
            for (AgentView agent : snapshot.agents()) {
                Resources held = tasksOn(agent).stream()
                        .filter(task -> !TaskStates.terminal(task.getState()))
                        .map(task -> Resources.of(task.getResourcesList()).unallocated())
                        .reduce(Resources.NONE, Resources::plus);
                assertThat(agent.used()).isEqualTo(held);
                Resources offered = snapshot.frameworks().stream()
                        .flatMap(framework -> framework.offers().stream())
                        .filter(offer -> offer.getAgentId().equals(agent.info().getId()))
                        .map(offer -> Resources.of(offer.getResourcesList()).unallocated())
                        .reduce(Resources.NONE, Resources::plus);
                assertThat(agent.offered()).isEqualTo(offered);
                assertThat(agent.total().contains(agent.used().plus(agent.offered())))
                        .as("used %s and offered %s of %s", agent.used(), agent.offered(), agent.total())
                        .isTrue();
                assertThat(agent.active() || agent.offered().isEmpty()).isTrue();
            }
            assertThat(master.registry.view().agents().keySet())
                    .containsAll(snapshot.agents().stream()
                            .map(agent -> agent.info().getId().getValue())
                            .toList());
        }

        private List<Task> tasksOn(AgentView agent) {
            return master.snapshot().frameworks().stream()
                    .flatMap(framework -> framework.tasks().stream())
                    .filter(task -> task.getAgentId().equals(agent.info().getId()))
                    .toList();
        }

        private AgentView viewOf(String stream) {
            AgentID id = agentIds.get(agents.indexOf(stream));
            return master.snapshot().agents().stream()
                    .filter(view -> view.connected() && view.info().getId().equals(id))
                    .findFirst()
                    .orElse(null);
        }

        private String streamOf(FrameworkID id) {
            return schedulers.stream()
                    .filter(stream -> master.frameworkId(stream).equals(id))
                    .reduce((older, newer) -> newer)
                    .orElse(null);
        }

        private <T> T pick(List<T> list) {
            return list.isEmpty() ? null : list.get(random.nextInt(list.size()));
        }
    }
}
