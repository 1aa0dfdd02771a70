package io.gatun.dist.cli;

import io.gatun.dist.Logging;
import java.util.concurrent.Callable;

/** A command that starts one role, says where it listens, and runs until it is told to end. */
abstract class RoleCommand implements Callable<Integer> {

    /** A started role and where it serves. */
    record Started(String where, Runnable end) implements AutoCloseable {
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
            end.await();
        }
        return 0;
    }
}
