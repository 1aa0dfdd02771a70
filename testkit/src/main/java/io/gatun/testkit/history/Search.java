package io.gatun.testkit.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The search of Wing and Gong (1993) with the memory of Lowe (2017): operations are tried in the order of their calls, as
 * far as the first return that has not been passed; where no operation fits, the last choice is taken back. Two ways to
 * the same set of operations done and the same state lead to the same places, so the second is not followed.
 *
 * <p>An operation that was never answered has a call and no return: it may be chosen at any time, or never.
 */
final class Search<S, I, O> {
    private static final int EVIDENCE_OPERATIONS = 8;

    private final Model<S, I, O> model;
    private final long stepsMax;
    private final List<Operation<I, O>> operations;
    private final Event head = new Event(null, -1, false);

    /** Numbers of chosen operations: those that were answered, and those that were not. */
    private final BitSet done = new BitSet();

    private final BitSet doneUnanswered = new BitSet();
    private final Set<Place> seen = new HashSet<>();
    private final Deque<Choice<S, I, O>> choices = new ArrayDeque<>();
    private int answeredLeft;
    private int deepest = -1;
    private String evidence = "";

    /** A call or a return, in a list from which chosen operations are taken out and put back at the same place. */
    private final class Event {
        private final Operation<I, O> operation;
        /** Among the answered, or among the unanswered operations, in the order of calls. */
        private final int number;

        private final boolean call;
        private Event previous;
        private Event next;
        private Event itsReturn;

        private Event(Operation<I, O> operation, int number, boolean call) {
            this.operation = operation;
            this.number = number;
            this.call = call;
        }

        private long atNs() {
            return call ? operation.invokeNs() : operation.returnNs();
        }

        private void takeOut() {
            previous.next = next;
            if (next != null) {
                next.previous = previous;
            }
        }

        private void putBack() {
            previous.next = this;
            if (next != null) {
                next.previous = this;
            }
        }
    }

    /** What lies before a choice, to return to it. */
    private record Choice<S, I, O>(Search<S, I, O>.Event event, S before) {}

    /** All before {@code first} are done, of those after it the ones in {@code window}: small while few calls overlap. */
    private record Place(int first, BitSet window, BitSet unanswered, Object state) {}

    Search(Model<S, I, O> model, List<Operation<I, O>> operations, long stepsMax) {
        this.model = model;
        this.stepsMax = stepsMax;
        this.operations = operations.stream()
                .sorted(Comparator.comparingLong(Operation::invokeNs))
                .toList();
        link();
    }

    private void link() {
        List<Event> events = new ArrayList<>();
        int unanswered = 0;
        for (Operation<I, O> operation : operations) {
            if (operation.known()) {
                Event call = new Event(operation, answeredLeft, true);
                call.itsReturn = new Event(operation, answeredLeft, false);
                events.add(call);
                events.add(call.itsReturn);
                answeredLeft++;
            } else {
                events.add(new Event(operation, unanswered++, true));
            }
        }
        // Calls first where times are equal: what cannot be ordered by the clock counts as concurrent.
        events.sort(Comparator.comparingLong(Event::atNs).thenComparing(event -> !event.call));
        Event last = head;
        for (Event event : events) {
            last.next = event;
            event.previous = last;
            last = event;
        }
    }

    Verdict run() {
        S state = model.initial();
        long steps = 0;
        Event at = head.next;
        while (answeredLeft > 0) {
            if (!at.call) {
                note(at, state);
                if (choices.isEmpty()) {
                    return new Verdict(Verdict.Kind.VIOLATED, operations.size(), steps, evidence);
                }
                // This operation has returned, and none that may come before it fits.
                Choice<S, I, O> last = choices.pop();
                state = last.before();
                takeBack(last.event());
                at = last.event().next;
                continue;
            }
            if (++steps > stepsMax) {
                note(at, state);
                return new Verdict(Verdict.Kind.UNDECIDED, operations.size(), steps, evidence);
            }
            Optional<S> after = model.step(state, at.operation.input(), at.operation.output());
            if (after.isPresent() && choose(at, state, after.get())) {
                state = after.get();
                at = head.next;
            } else {
                at = at.next;
            }
        }
        return new Verdict(Verdict.Kind.LINEARIZABLE, operations.size(), steps, "");
    }

    /** Returns false, and changes nothing, if the search was there before. */
    private boolean choose(Event event, S before, S after) {
        BitSet set = event.operation.known() ? done : doneUnanswered;
        set.set(event.number);
        int first = done.nextClearBit(0);
        BitSet window = done.get(first, Math.max(first, done.length()));
        if (!seen.add(new Place(first, window, (BitSet) doneUnanswered.clone(), after))) {
            set.clear(event.number);
            return false;
        }
        event.takeOut();
        if (event.itsReturn != null) {
            event.itsReturn.takeOut();
            answeredLeft--;
        }
        choices.push(new Choice<>(event, before));
        return true;
    }

    private void takeBack(Event event) {
        if (event.itsReturn != null) {
            event.itsReturn.putBack();
            answeredLeft++;
        }
        event.putBack();
        (event.operation.known() ? done : doneUnanswered).clear(event.number);
    }

    /** Where the search got furthest is where to look for what went wrong. */
    private void note(Event at, S state) {
        if (choices.size() <= deepest) {
            return;
        }
        deepest = choices.size();
        List<String> lines = new ArrayList<>();
        choices.stream()
                .limit(EVIDENCE_OPERATIONS)
                .forEach(choice -> lines.addFirst("  done     " + text(choice.event().operation)));
        lines.addFirst("after " + deepest + " of " + operations.size() + " operations:");
        lines.add("  state    " + state);
        Event waiting = head.next;
        for (int i = 0; i < EVIDENCE_OPERATIONS && waiting != at; i++, waiting = waiting.next) {
            lines.add("  no place " + text(waiting.operation));
        }
        evidence = String.join("\n", lines);
    }

    /** Times in microseconds since the first call. */
    private String text(Operation<I, O> operation) {
        long originNs = operations.getFirst().invokeNs();
        String end = operation.known() ? "" + (operation.returnNs() - originNs) / 1_000 : "?";
        return "[" + (operation.invokeNs() - originNs) / 1_000 + ", " + end + "] " + operation.client() + ": "
                + operation.input() + " -> "
                + operation.output().map(Object::toString).orElse("?");
    }
}
