package io.gatun.marathon.state;

import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.Timestamp;
import io.gatun.marathon.launch.OfferMatcher;
import io.gatun.marathon.launch.TaskBuilder;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.scheduler.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Knows what waits for offers, asks for them while something does, and answers them. Confined to the thread of its
 * {@link Core}.
 */
final class OfferDesk {
    /** Something waits that this offer cannot hold; the node may have more room soon. */
    private static final double REFUSE_TOO_SMALL_SECONDS = 5;

    private record Key(AppId app, Timestamp config) {}

    private final CoreConfig config;
    private final Ledger ledger;
    private final OfferMatcher matcher;
    private final TaskBuilder tasks;
    private final Supplier<UUID> ids;
    private final Consumer<Call> calls;

    /** All that waits, also for its delay. */
    private Map<AppId, Snapshot.Queued> queue = new TreeMap<>();
    /** What was ready for an offer when the master was last asked. */
    private Map<Key, Integer> askedFor = new HashMap<>();

    private boolean asking;
    private long nextReviveMs;

    OfferDesk(CoreConfig config, Ledger ledger, OfferMatcher matcher, Supplier<UUID> ids, Consumer<Call> calls) {
        this.config = config;
        this.ledger = ledger;
        this.matcher = matcher;
        this.tasks = new TaskBuilder(config.environmentPrefix());
        this.ids = ids;
        this.calls = calls;
    }

    List<Snapshot.Queued> queue() {
        return List.copyOf(queue.values());
    }

    /** Takes in anew what waits: for each app how many instances and until when. */
    void waiting(List<Snapshot.Queued> all) {
        Map<AppId, Snapshot.Queued> next = new TreeMap<>();
        for (Snapshot.Queued entry : all) {
            Snapshot.Queued before = queue.get(entry.app().id());
            long since = before == null ? entry.sinceMs() : before.sinceMs();
            next.put(entry.app().id(), new Snapshot.Queued(entry.app(), entry.count(), entry.untilMs(), since));
        }
        queue = next;
    }

    /** A new connection: the master knows nothing of what was asked before, and offers unless told otherwise. */
    void subscribed() {
        asking = true;
        askedFor = new HashMap<>();
        nextReviveMs = 0;
    }

    /** Answers an offer: with tasks, or with a refusal for as long as nothing is expected to want it. */
    void offer(Offer offer, long nowMs) {
        List<OfferMatcher.Match> matches = matcher.match(offer, ready(nowMs));
        List<TaskInfo> launched = new ArrayList<>();
        for (OfferMatcher.Match match : matches) {
            Instance instance = instance(match, offer, nowMs);
            ledger.save(instance);
            launched.add(tasks.build(match, offer, instance.taskId()));
            queue.computeIfPresent(
                    match.app().id(),
                    (id, entry) -> entry.count() == 1
                            ? null
                            : new Snapshot.Queued(entry.app(), entry.count() - 1, entry.untilMs(), entry.sinceMs()));
        }
        double refuseSeconds = ready(nowMs).isEmpty() ? config.declineMs() / 1000.0 : REFUSE_TOO_SMALL_SECONDS;
        calls.accept(
                launched.isEmpty()
                        ? Calls.decline(offer, refuseSeconds)
                        : Calls.accept(offer, launched, refuseSeconds));
    }

    private List<OfferMatcher.Waiting> ready(long nowMs) {
        return queue.values().stream()
                .filter(entry -> entry.untilMs() <= nowMs)
                .map(entry -> new OfferMatcher.Waiting(entry.app(), entry.count()))
                .toList();
    }

    private Instance instance(OfferMatcher.Match match, Offer offer, long nowMs) {
        AppSpec app = match.app();
        return new Instance(
                app.id().safe() + ".instance-" + ids.get(),
                app.id(),
                app.version(),
                offer.getAgentId().getValue(),
                offer.getHostname(),
                match.hostPorts(),
                TaskState.TASK_STAGING,
                false,
                nowMs,
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of());
    }

    /**
     * Asks for offers when something new waits, and asks for none when nothing does.
     *
     * @return when to come again, milliseconds since 1970; Long.MAX_VALUE = when something has changed
     */
    long ask(long nowMs) {
        Map<Key, Integer> ready = new HashMap<>();
        long wakeMs = Long.MAX_VALUE;
        for (Snapshot.Queued entry : queue.values()) {
            if (entry.untilMs() <= nowMs) {
                ready.put(new Key(entry.app().id(), entry.app().versions().lastConfigChangeAt()), entry.count());
            } else {
                wakeMs = Math.min(wakeMs, entry.untilMs());
            }
        }
        boolean more = ready.entrySet().stream()
                .anyMatch(entry -> entry.getValue() > askedFor.getOrDefault(entry.getKey(), 0));
        if (more && nowMs < nextReviveMs) {
            return Math.min(wakeMs, nextReviveMs);
        }
        if (more) {
            calls.accept(Calls.revive());
            asking = true;
            nextReviveMs = nowMs + config.reviveIntervalMs();
        } else if (ready.isEmpty() && asking) {
            calls.accept(Calls.suppress());
            asking = false;
        }
        askedFor = ready;
        return wakeMs;
    }
}
