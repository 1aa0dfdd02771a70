package io.gatun.marathon.state;

import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.ServicePorts;
import io.gatun.marathon.app.Timestamp;
import io.gatun.marathon.app.UnreachableStrategy;
import io.gatun.marathon.launch.OfferMatcher;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The state machine: the wanted apps, their instances, and the moves from what is to what shall be. Deterministic; the
 * time comes in as milliseconds since 1970, chance and ids through the constructor. Not thread-safe: one thread owns it.
 *
 * <p>A command changes the state or throws and leaves it as it was. After a batch of commands {@link #converge} makes the
 * moves that follow, then {@link #drain} yields what to store, to send and to tell.
 */
public final class Core {
    /** A KILL may be lost with the connection or the agent: it is sent again. */
    static final long KILL_RETRY_MS = 10_000;

    private final CoreConfig config;
    private final Ledger ledger;
    private final LaunchDelays delays = new LaunchDelays();
    private final Deployer deployer;
    private final TaskUpdates updates;
    private final OfferDesk desk;
    private final Reconciler reconciler;
    private final Map<String, Long> killSentMs = new HashMap<>();
    private List<Call> calls = new ArrayList<>();
    private List<Event> events = new ArrayList<>();
    private boolean connected;
    private long lastVersionMs;

    /** Continues from what was remembered. */
    public Core(Persisted persisted, CoreConfig config, RandomGenerator random, Supplier<UUID> ids) {
        this.config = config;
        this.ledger = new Ledger(persisted, config.versionsMax());
        this.deployer = new Deployer(ledger, delays, config.deploymentsMax(), ids, event -> events.add(event));
        this.updates = new TaskUpdates(ledger, delays, call -> calls.add(call), event -> events.add(event));
        this.reconciler = new Reconciler(ledger, config.reconcileIntervalMs(), call -> calls.add(call));
        OfferMatcher matcher = new OfferMatcher(config.frameworkRole(), config.instancesPerOfferMax(), random);
        this.desk = new OfferDesk(config, ledger, matcher, ids, call -> calls.add(call));
        persisted
                .versions()
                .forEach(app ->
                        lastVersionMs = Math.max(lastVersionMs, app.version().millis()));
    }

    /** A version later than any before, near to now. */
    public Timestamp nextVersion(long nowMs) {
        lastVersionMs = Math.max(nowMs, lastVersionMs + 1);
        return new Timestamp(lastVersionMs);
    }

    public Optional<AppSpec> app(AppId id) {
        return ledger.app(id);
    }

    public NavigableMap<Timestamp, AppSpec> versions(AppId id) {
        return ledger.versions(id);
    }

    public Optional<Deployment> deployment(String id) {
        return ledger.deployment(id);
    }

    public Optional<Instance> instanceOfTask(String taskId) {
        return ledger.instanceOfTask(taskId);
    }

    public Collection<Instance> instances(AppId app) {
        return ledger.instances(app);
    }

    public Optional<String> frameworkId() {
        return ledger.frameworkId();
    }

    /**
     * Makes new definitions the wanted ones; those that ask for any service port get one.
     *
     * @param updates for each app its new definition, with its version; empty = it is deleted
     * @throws AppLockedException when an app is being deployed and force is false
     * @throws RequestException 403 when too many deployments run
     */
    public Deployment deploy(Map<AppId, Optional<AppSpec>> updates, Timestamp version, boolean force) {
        Map<AppId, AppSpec> wanted = new TreeMap<>(ledger.apps());
        Map<AppId, Optional<AppSpec>> complete = new TreeMap<>();
        updates.forEach((id, update) -> {
            Optional<AppSpec> app = update.map(spec ->
                    ServicePorts.assign(spec, wanted.values(), config.servicePortMin(), config.servicePortMax()));
            app.ifPresentOrElse(spec -> wanted.put(id, spec), () -> wanted.remove(id));
            complete.put(id, app);
        });
        return deployer.deploy(complete, version, force);
    }

    /** Gives an app that asks for any service port the ports it has, or free ones. */
    public AppSpec withServicePorts(AppSpec app) {
        return ServicePorts.assign(app, ledger.apps().values(), config.servicePortMin(), config.servicePortMax());
    }

    /** Undoes a deployment by another one, which takes the place of all that are in its way. */
    public Deployment rollBack(Deployment deployment, Timestamp version) {
        Deployment undo = deploy(deployer.undoing(deployment, version), version, true);
        // Undoing a plain restart changes no definition, so that nothing was in its way.
        ledger.deployment(deployment.id()).ifPresent(deployer::cancel);
        return undo;
    }

    /** Ends a deployment where it stands. */
    public void cancel(Deployment deployment) {
        deployer.cancel(deployment);
    }

    /** Kills instances; they are replaced unless their app has become smaller. */
    public void kill(Collection<Instance> instances) {
        instances.forEach(instance -> ledger.save(instance.withKilling()));
    }

    /** The next launch of the app's instances is at once. */
    public void resetDelay(AppId app) {
        delays.reset(app);
    }

    /** The master has accepted the subscription: it is asked what became of the tasks. */
    public void subscribed(String frameworkId, long nowMs) {
        connected = true;
        ledger.frameworkId(Optional.of(frameworkId));
        killSentMs.clear();
        desk.subscribed();
        reconciler.begin(nowMs);
        events.add(new Event("scheduler_registered_event", Map.of("frameworkId", frameworkId)));
    }

    /** No master hears what is sent from now on. */
    public void disconnected() {
        connected = false;
        events.add(new Event("scheduler_disconnected_event", Map.of()));
    }

    /** The master has torn the framework down, and all tasks with it: it starts as a new one. */
    public void frameworkRemoved() {
        connected = false;
        List.copyOf(ledger.instances()).forEach(ledger::forget);
        ledger.frameworkId(Optional.empty());
    }

    /** The ACCEPT of these tasks did not reach the master's queue: they do not exist. */
    public void launchRefused(Collection<String> taskIds) {
        taskIds.forEach(id -> ledger.instanceOfTask(id)
                .filter(instance -> instance.state() == TaskState.TASK_STAGING)
                .ifPresent(ledger::forget));
    }

    public void offers(Collection<Offer> offers, long nowMs) {
        // What waits may have changed in this very batch.
        settle(nowMs);
        offers.forEach(offer -> desk.offer(offer, nowMs));
    }

    public void update(TaskStatus status, long nowMs) {
        reconciler.heard(status.getTaskId().getValue());
        updates.update(status, nowMs);
    }

    /**
     * Makes all moves that the state asks for.
     *
     * @return when to come again, milliseconds since 1970; Long.MAX_VALUE = when something has changed
     */
    public long converge(long nowMs) {
        settle(nowMs);
        long wakeMs = Math.min(sendKills(nowMs), nextTimeout(nowMs));
        if (!connected) {
            return wakeMs;
        }
        return Math.min(Math.min(wakeMs, desk.ask(nowMs)), reconciler.ask(nowMs));
    }

    private void settle(long nowMs) {
        do {
            move(nowMs);
        } while (deployer.advance(nowMs));
    }

    private void move(long nowMs) {
        expire(nowMs);
        List<Snapshot.Queued> waiting = new ArrayList<>();
        for (AppId id : ledger.known()) {
            Goal goal = deployer.goal(id);
            Decision decision = Decision.decide(goal, ledger.instances(id), nowMs);
            kill(decision.kill());
            if (decision.launch() > 0) {
                AppSpec app = goal.spec().orElseThrow();
                waiting.add(new Snapshot.Queued(app, decision.launch(), delays.untilMs(app), nowMs));
            }
        }
        desk.waiting(waiting);
    }

    private UnreachableStrategy strategy(Instance instance) {
        return ledger.app(instance.app())
                .map(app -> app.policy().unreachable())
                .orElse(new UnreachableStrategy.Enabled(0, 0));
    }

    private void expire(long nowMs) {
        for (Instance instance : List.copyOf(ledger.instances())) {
            OptionalLong expungeAt = instance.expungeAtMs(strategy(instance));
            if (expungeAt.isPresent() && nowMs >= expungeAt.getAsLong()) {
                ledger.forget(instance);
            } else if (nowMs >= launchDeadlineMs(instance)) {
                ledger.save(instance.withKilling());
            }
        }
    }

    private long launchDeadlineMs(Instance instance) {
        boolean launching = instance.state() == TaskState.TASK_STAGING || instance.state() == TaskState.TASK_STARTING;
        return launching && !instance.killing() ? instance.stagedAtMs() + config.launchTimeoutMs() : Long.MAX_VALUE;
    }

    private long nextTimeout(long nowMs) {
        long wakeMs = Long.MAX_VALUE;
        for (Instance instance : ledger.instances()) {
            UnreachableStrategy strategy = strategy(instance);
            wakeMs = Math.min(wakeMs, launchDeadlineMs(instance));
            wakeMs = Math.min(wakeMs, instance.expungeAtMs(strategy).orElse(Long.MAX_VALUE));
            long inactiveMs = instance.inactiveAtMs(strategy).orElse(Long.MAX_VALUE);
            wakeMs = Math.min(wakeMs, inactiveMs <= nowMs ? Long.MAX_VALUE : inactiveMs);
        }
        return wakeMs;
    }

    private long sendKills(long nowMs) {
        killSentMs.keySet().removeIf(task -> ledger.instanceOfTask(task).isEmpty());
        long wakeMs = Long.MAX_VALUE;
        if (!connected) {
            return wakeMs;
        }
        for (Instance instance : ledger.instances()) {
            if (!instance.killing()) {
                continue;
            }
            long dueMs = killSentMs.containsKey(instance.taskId())
                    ? killSentMs.get(instance.taskId()) + KILL_RETRY_MS
                    : nowMs;
            if (dueMs <= nowMs) {
                calls.add(Calls.kill(instance));
                killSentMs.put(instance.taskId(), nowMs);
                dueMs = nowMs + KILL_RETRY_MS;
            }
            wakeMs = Math.min(wakeMs, dueMs);
        }
        return wakeMs;
    }

    /** What followed from the commands since the last time. */
    public Outcome drain() {
        Outcome outcome = new Outcome(ledger.drainChanges(), calls, events);
        calls = new ArrayList<>();
        events = new ArrayList<>();
        return outcome;
    }

    /** An immutable picture of the state. */
    public Snapshot snapshot() {
        return ledger.snapshot(desk.queue());
    }
}
