package io.gatun.agent;

import java.time.Duration;

/** The one thread that owns an agent's state, and its clock. All methods may be called from any thread. */
interface Loop {
    /** Runs an action on the loop, in order of submission; drops it when the loop has ended. */
    void execute(Runnable action);

    /** Runs an action on the loop after a delay. */
    Timer schedule(Duration delay, Runnable action);

    /** Seconds since 1970. */
    double now();

    /** An action that is due later. */
    interface Timer {
        /** After this returned on the loop, the action does not run any more. */
        void cancel();
    }
}
