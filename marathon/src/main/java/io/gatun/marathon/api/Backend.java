package io.gatun.marathon.api;

import io.gatun.marathon.MarathonFlags;
import io.gatun.marathon.runtime.CoreLoop;
import io.gatun.marathon.state.Core;
import io.gatun.marathon.state.Snapshot;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/**
 * What the resources work on while this Marathon leads.
 *
 * @param self {@code host:port} of this API
 * @param abdicate gives up leading, for the given reason
 */
record Backend(CoreLoop loop, MarathonFlags flags, String self, Abdication abdicate) {
    /** Gives up leading. */
    interface Abdication {
        void because(String reason);
    }

    Snapshot snapshot() {
        return loop.snapshot();
    }

    String role() {
        return flags.mesosRole;
    }

    <T> CompletableFuture<T> submit(BiFunction<Core, Long, T> action) {
        return loop.submit(action);
    }

    Optional<String> frameworkId() {
        return snapshot().frameworkId();
    }
}
