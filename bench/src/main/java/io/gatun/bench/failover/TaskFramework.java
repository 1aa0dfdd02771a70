package io.gatun.bench.failover;

import io.gatun.marathon.runtime.LinkListener;
import io.gatun.marathon.runtime.MesosLink;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.Filters;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A framework as they are written in earnest, on the link that Marathon has: finds the leader, subscribes again under its
 * id, acknowledges, reconciles, launches on. Keeps some tasks that last and a stream of tasks that pass.
 */
final class TaskFramework implements AutoCloseable {
    static final int LASTING = 6;

    private static final int PASSING_AT_A_TIME = 3;
    private static final long RECONCILE_MS = 1_000;
    private static final double REFUSE_SECONDS = 0.2;
    private static final double FAILOVER_SECONDS = 604_800;

    private final TaskLedger ledger;
    private final AtomicReference<Optional<String>> id = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<String>> failure = new AtomicReference<>(Optional.empty());
    private final AtomicLong subscribedNs = new AtomicLong();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("reconcile").daemon().factory());
    private final MesosLink link;
    private volatile boolean launching = true;
    private long launched;

    private TaskFramework(String masterFlag, TaskLedger ledger) {
        this.ledger = ledger;
        this.link = MesosLink.open(masterFlag, info(), id::get, new Listener());
    }

    /** Starts looking for the leader. */
    static TaskFramework start(String masterFlag, TaskLedger ledger) {
        TaskFramework framework = new TaskFramework(masterFlag, ledger);
        var unused = framework.timer.scheduleWithFixedDelay(
                framework::reconcile, RECONCILE_MS, RECONCILE_MS, TimeUnit.MILLISECONDS);
        return framework;
    }

    private static FrameworkInfo info() {
        return FrameworkInfo.newBuilder()
                .setUser(System.getProperty("user.name"))
                .setName("failover")
                .setFailoverTimeout(FAILOVER_SECONDS)
                .setCheckpoint(true)
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .build();
    }

    private final class Listener implements LinkListener {
        @Override
        public void subscribed(String frameworkId) {
            id.set(Optional.of(frameworkId));
            subscribedNs.set(System.nanoTime());
            reconcile();
        }

        @Override
        public void disconnected() {
            // The link connects again by itself.
        }

        @Override
        public void offers(List<Offer> offers) {
            offers.forEach(TaskFramework.this::answer);
        }

        @Override
        public void update(TaskStatus status) {
            ledger.update(status);
            if (status.hasUuid()) {
                link.send(List.of(Call.newBuilder()
                        .setType(Call.Type.ACKNOWLEDGE)
                        .setAcknowledge(Call.Acknowledge.newBuilder()
                                .setAgentId(status.getAgentId())
                                .setTaskId(status.getTaskId())
                                .setUuid(status.getUuid()))
                        .build()));
            }
        }

        @Override
        public void launchRefused(List<String> taskIds) {
            // Reconciliation finds out, as it does for launches of which nothing was heard.
        }

        @Override
        public CompletableFuture<Void> frameworkRemoved() {
            failure.set(Optional.of("the framework was removed"));
            return new CompletableFuture<>();
        }

        @Override
        public void superseded(String message) {
            failure.set(Optional.of("the framework was taken over: " + message));
        }
    }

    /** Not while {@link #reconcile} asks: of a task whose launch comes behind the question nobody would know. */
    private synchronized void answer(Offer offer) {
        List<TaskInfo> tasks = new ArrayList<>();
        if (launching) {
            // Half of them on each agent, or those that come second would have no place on one of them.
            long lasting = LASTING - ledger.unsettled(TaskLedger.Kind.LASTING);
            for (int i = 0; i < Math.min(lasting, LASTING / Cluster.AGENTS); i++) {
                tasks.add(task(offer, TaskLedger.Kind.LASTING));
            }
            if (ledger.unsettled(TaskLedger.Kind.PASSING) < PASSING_AT_A_TIME) {
                tasks.add(task(offer, TaskLedger.Kind.PASSING));
            }
        }
        Filters filters = Filters.newBuilder().setRefuseSeconds(REFUSE_SECONDS).build();
        Call.Accept.Builder accept =
                Call.Accept.newBuilder().addOfferIds(offer.getId()).setFilters(filters);
        if (!tasks.isEmpty()) {
            accept.addOperations(Offer.Operation.newBuilder()
                    .setType(Offer.Operation.Type.LAUNCH)
                    .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(tasks)));
        }
        link.send(List.of(
                Call.newBuilder().setType(Call.Type.ACCEPT).setAccept(accept).build()));
    }

    private TaskInfo task(Offer offer, TaskLedger.Kind kind) {
        String taskId = kind.name().toLowerCase(Locale.ROOT) + ++launched;
        ledger.launching(taskId, kind, offer.getAgentId());
        List<Resource> resources = Resources.parse("cpus:0.1;mem:32").toProtos();
        return TaskInfo.newBuilder()
                .setName(taskId)
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setAgentId(offer.getAgentId())
                .addAllResources(resources)
                .setCommand(CommandInfo.newBuilder().setValue(ledger.command(taskId, kind)))
                .build();
    }

    private synchronized void reconcile() {
        Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
        ledger.open()
                .forEach((task, agent) -> reconcile.addTasks(Call.Reconcile.Task.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue(task))
                        .setAgentId(agent)));
        // An empty list would ask for all.
        if (reconcile.getTasksCount() > 0) {
            link.send(List.of(Call.newBuilder()
                    .setType(Call.Type.RECONCILE)
                    .setReconcile(reconcile)
                    .build()));
        }
    }

    /** {@link System#nanoTime} of the last subscription, 0 if there was none. */
    long subscribedNs() {
        return subscribedNs.get();
    }

    /** Why this framework cannot go on; empty if it can. */
    Optional<String> failure() {
        return failure.get();
    }

    /** Launches nothing from now on. */
    void stopLaunching() {
        launching = false;
    }

    /** Asks for the end of the lasting tasks; to be repeated until they have ended. */
    void killAll() {
        ledger.killing();
        List<Call> kills = new ArrayList<>();
        ledger.open()
                .forEach((task, agent) -> kills.add(Call.newBuilder()
                        .setType(Call.Type.KILL)
                        .setKill(Call.Kill.newBuilder()
                                .setTaskId(TaskID.newBuilder().setValue(task))
                                .setAgentId(agent))
                        .build()));
        link.send(kills);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        link.close();
    }
}
