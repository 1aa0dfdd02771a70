package io.gatun.containerizer;

import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.process.PidFd;
import io.gatun.isolator.nested.NestedPlans;
import java.util.Map;
import java.util.Optional;

/** The process whose namespaces are joined by a launch, if any: its pidfd, until after the clone. */
record Joint(Optional<OwnedFd> pidfd) implements AutoCloseable {
    /** @throws IllegalArgumentException when the process has ended */
    static Joint with(Way way) {
        if (way.through().isEmpty()) {
            return new Joint(Optional.empty());
        }
        long pid = way.through().getAsLong();
        return new Joint(Optional.of(PidFd.open(pid)
                .orElseThrow(() -> new IllegalArgumentException("process " + pid + " of the parent: has ended"))));
    }

    void bind(Map<String, Long> bindings) {
        pidfd.ifPresent(fd -> bindings.put(NestedPlans.PARENT, (long) fd.fd()));
    }

    @Override
    public void close() {
        pidfd.ifPresent(OwnedFd::close);
    }
}
