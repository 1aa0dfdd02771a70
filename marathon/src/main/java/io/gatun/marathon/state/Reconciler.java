package io.gatun.marathon.state;

import io.gatun.mesos.v1.scheduler.Call;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Asks the master what became of the tasks: of the known ones by name, then of all. A master that has just started does
 * not answer for agents that have not come back yet, so that the question is repeated, less and less often, until every
 * task was heard of. Confined to the thread of its {@link Core}.
 */
final class Reconciler {
    static final long REPEAT_MIN_MS = 1_000;
    static final long REPEAT_MAX_MS = 30_000;

    private final Ledger ledger;
    private final long intervalMs;
    private final Consumer<Call> calls;
    private final Set<String> unanswered = new HashSet<>();
    private long repeatMs;
    private long repeatAtMs = Long.MAX_VALUE;
    private long allAtMs = Long.MAX_VALUE;

    Reconciler(Ledger ledger, long intervalMs, Consumer<Call> calls) {
        this.ledger = ledger;
        this.intervalMs = intervalMs;
        this.calls = calls;
    }

    /** Asks about everything. */
    void begin(long nowMs) {
        unanswered.clear();
        ledger.instances().forEach(instance -> unanswered.add(instance.taskId()));
        askUnanswered();
        calls.accept(Calls.reconcile(List.of()));
        repeatMs = REPEAT_MIN_MS;
        repeatAtMs = unanswered.isEmpty() ? Long.MAX_VALUE : nowMs + repeatMs;
        allAtMs = nowMs + intervalMs;
    }

    private void askUnanswered() {
        List<Instance> open = ledger.instances().stream()
                .filter(instance -> unanswered.contains(instance.taskId()))
                .toList();
        if (!open.isEmpty()) {
            calls.accept(Calls.reconcile(open));
        }
    }

    /** A task was heard of. */
    void heard(String taskId) {
        unanswered.remove(taskId);
    }

    /**
     * Asks again what is due.
     *
     * @return when to come again, milliseconds since 1970
     */
    long ask(long nowMs) {
        if (nowMs >= allAtMs) {
            begin(nowMs);
        } else if (nowMs >= repeatAtMs) {
            unanswered.removeIf(task -> ledger.instanceOfTask(task).isEmpty());
            askUnanswered();
            repeatMs = Math.min(repeatMs * 2, REPEAT_MAX_MS);
            repeatAtMs = unanswered.isEmpty() ? Long.MAX_VALUE : nowMs + repeatMs;
        }
        return Math.min(repeatAtMs, allAtMs);
    }
}
