package io.gatun.marathon.state;

import io.gatun.marathon.app.AppSpec;
import java.util.Optional;

/**
 * What the instances of one app shall become now.
 *
 * @param spec how missing ones are launched; empty when all shall go
 * @param count how many shall run
 * @param rolling whether outdated ones are replaced
 */
record Goal(Optional<AppSpec> spec, int count, boolean rolling) {
    static final Goal GONE = new Goal(Optional.empty(), 0, false);

    static Goal scale(AppSpec spec) {
        return new Goal(Optional.of(spec), spec.instances(), false);
    }

    static Goal replace(AppSpec spec) {
        return new Goal(Optional.of(spec), spec.instances(), true);
    }
}
