package io.gatun.dist.cli;

import io.gatun.dist.Logging;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** A command that starts one role, says where it listens, and runs until it is told to end. */
abstract class RoleCommand implements Callable<Integer> {

    /**
     * A started role.
     *
     * @param where what to tell the operator
     * @param failure completes with the reason if the role ends by itself because it cannot go on
     */
    record Started(String where, Runnable end, CompletableFuture<Throwable> failure) implements AutoCloseable {
        Started(String where, Runnable end) {
            this(where, end, new CompletableFuture<>());
        }

        @Override
        public void close() {
            end.run();
        }
    }

    /** Starts the role; returns when it serves. */
    abstract Started start();

    @Override
    public final Integer call() throws Exception {
        Logging.toStandardError();
        try (EndSignal end = new EndSignal();
                Started started = start()) {
            System.out.println(started.where());
            end.await(started.failure());
            return exitStatus(started.failure());
        }
    }

    /** The status to end with: 1 and a line if a role ended by itself, 0 if it was told to. */
    static int exitStatus(CompletableFuture<Throwable> failure) {
        Throwable reason = failure.getNow(null);
        if (reason == null) {
            return 0;
        }
        System.err.println("gatun: " + reason.getMessage() + "; start it again");
        return 1;
    }
}
