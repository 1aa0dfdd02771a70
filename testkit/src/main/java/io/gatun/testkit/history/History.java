package io.gatun.testkit.history;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Records calls while they are made. Thread-safe. Times are {@link System#nanoTime}, so all clients are of one JVM.
 *
 * <p>Sound only if each caller invokes {@link #invoke} before anything is sent, and {@link Call#ok} after the whole answer
 * has come: an interval that is too long hides errors, one that is too short invents them.
 */
public final class History<I, O> {
    private final List<Operation<I, O>> finished = new ArrayList<>();
    private final Set<Call> open = new HashSet<>();

    /** A call that has been sent. Exactly one of its methods is to be called, once. */
    public final class Call {
        private final String client;
        private final I input;
        private final long invokeNs;

        private Call(String client, I input) {
            this.client = client;
            this.input = input;
            this.invokeNs = System.nanoTime();
        }

        /** It took effect, with this answer. */
        public void ok(O output) {
            end(Operation.answered(client, input, output, invokeNs, System.nanoTime()));
        }

        /** It certainly had no effect and never will: refused before it could, or never sent. */
        public void failed() {
            synchronized (History.this) {
                remove();
            }
        }

        /** It may have had its effect, or may still have it. */
        public void unknown() {
            end(Operation.unanswered(client, input, invokeNs));
        }

        private void end(Operation<I, O> operation) {
            synchronized (History.this) {
                remove();
                finished.add(operation);
            }
        }

        private void remove() {
            if (!open.remove(this)) {
                throw new IllegalStateException("the outcome of " + input + " was recorded before");
            }
        }
    }

    /** Begins a call. */
    public Call invoke(String client, I input) {
        Call call = new Call(client, input);
        synchronized (this) {
            open.add(call);
        }
        return call;
    }

    /** All operations so far; calls that are still open count as unanswered. */
    public synchronized List<Operation<I, O>> operations() {
        List<Operation<I, O>> all = new ArrayList<>(finished);
        open.forEach(call -> all.add(Operation.unanswered(call.client, call.input, call.invokeNs)));
        return all;
    }
}
